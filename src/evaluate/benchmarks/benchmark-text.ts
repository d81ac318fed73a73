import { counted } from "../../base/words.ts";
import type { BenchmarkRun } from "../../domain/benchmark.ts";
import { importText } from "../imports/import-text.ts";

/** Text output of `eval benchmark`. */
export function benchmarkText({ benchmark, harness, result, scores }: BenchmarkRun): string {
  const { title, file, sha256, isPublished, licence, items } = benchmark;
  const origin =
    isPublished === null
      ? "the hash of the published items is unknown"
      : isPublished
        ? "the published items"
        : "NOT the published items";
  const { contamination } = result;
  return [
    `${title}: ${items} items of ${file}, sha256 ${sha256.slice(0, 16)}, ${origin}; licence ${licence ?? "not stated"}`,
    "",
    importText({ imported: [{ file, tool: harness, result, scores }] }),
    contamination === null
      ? "Contamination: not checked; pass --against TRAINING_FILE to check it"
      : `Contamination: ${counted(contamination.hitItems.length, "item")} found in ${contamination.against}`,
  ].join("\n");
}
