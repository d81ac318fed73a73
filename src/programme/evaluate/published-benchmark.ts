import { readManifest } from "../../curate/freeze/frozen-folder.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { KNOWN_BENCHMARKS } from "../../evaluate/benchmarks/known-benchmarks.ts";

/** The public benchmark whose published file was frozen as a version, by the hash of the file; null if it is none. */
export async function publishedBenchmark(folder: string): Promise<EvaluationResult["benchmark"]> {
  for (const { source: file, sourceSha256: sha256 } of (await readManifest(folder))?.files ?? []) {
    const known = Object.values(KNOWN_BENCHMARKS).find((benchmark) => benchmark.sha256 === sha256);
    if (known !== undefined) return { title: known.title, file, sha256, source: known.source };
  }
  return null;
}
