/**
 * `tunewright/curate`: reading dataset files, and the parts of the data pipeline: formats, personal data, duplicates,
 * contamination, frozen versions, tokens. Rows are objects of fields; files are read as streams.
 */
export { type Decontaminator, decontaminator, type DecontaminatorOptions } from "./decontaminate/decontaminator.ts";
export type { Benchmark } from "./decontaminate/benchmark.ts";
export { readBenchmark } from "./decontaminate/read-benchmark.ts";
export { type DedupOutcome, type DedupRequest, runDedup } from "./duplicates/run-dedup.ts";
export { type Detected, detectFormat } from "./formats/detect-format.ts";
export { FORMATS } from "./formats/formats.ts";
export { freezeFiles, type FreezeRun } from "./freeze/freeze-files.ts";
export { verifyFrozen } from "./freeze/verify-frozen.ts";
export { recognise, type RecogniseOptions } from "./pii/recognisers/recognise.ts";
export type { Span } from "./pii/span.ts";
export { profileDataset, type ProfileOptions } from "./profile/profile.ts";
export { loadTokenCounter, type TokenCounter } from "./tokens/token-counter.ts";
