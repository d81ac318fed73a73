import { extname } from "node:path";

import { Failure } from "../../../base/failure.ts";
import type { PipelineStage } from "../../../domain/data-pipeline.ts";
import type { SplitPart } from "../../../domain/split.ts";

/** An output file of a run: all kept rows, or those of one part. */
export type OutFile = { path: string; part: SplitPart | null };

/** Parts in the order of their files: training data first. */
const PARTS = ["train", "validation", "test"] as const;

/**
 * The output files of a pipeline. If its last split keeps the rows of all parts, each part has a
 * separate file, so that test rows are not trained on: `curated.train.jsonl` and `curated.test.jsonl`
 * for `curated.jsonl`.
 *
 * @throws Failure bad_input if the file name asks for another format than JSONL
 */
export function outFiles(out: string, stages: readonly PipelineStage[]): OutFile[] {
  const extension = extname(out);
  if (![".jsonl", ".ndjson"].includes(extension.toLowerCase())) {
    throw new Failure("bad_input", `${out}: a pipeline writes rows as JSONL`, {
      hint: "name a file that ends in .jsonl; tunewright data export converts it to other formats",
    });
  }
  const split = partingSplit(stages);
  if (split === undefined) return [{ path: out, part: null }];
  const base = out.slice(0, -extension.length);
  return PARTS.filter((part) => part === "train" || Number.parseFloat(String(split.item[part])) > 0).map((part) => ({
    path: `${base}.${part}${extension}`,
    part,
  }));
}

/** The last split of a pipeline, if it keeps the rows of all parts. */
export function partingSplit(
  stages: readonly PipelineStage[],
): { index: number; item: Extract<PipelineStage, { stage: "split" }> } | undefined {
  const index = stages.findLastIndex(({ stage }) => stage === "split");
  const item = stages[index];
  return item?.stage === "split" && item.part === undefined ? { index, item } : undefined;
}
