import { extname } from "node:path";

import { Failure } from "../../../base/failure.ts";
import type { PipelineStage } from "../../../domain/data-pipeline.ts";
import type { SplitPart } from "../../../domain/split.ts";

/** A file that a run writes: all rows that come through, or those of one part. */
export type OutFile = { path: string; part: SplitPart | null };

/** Parts in the order of their files: what is trained on comes first. */
const PARTS = ["train", "validation", "test"] as const;

/**
 * The files that a pipeline writes. Where its last split parts the rows and lets all of them through, each part has a
 * file of its own, so that nobody trains on rows that are tested with: `curated.train.jsonl` and `curated.test.jsonl`
 * for `curated.jsonl`.
 *
 * @throws Failure bad_input if the name asks for another format than JSONL
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

/** The last split of a pipeline, where it lets the rows of all parts through. */
export function partingSplit(
  stages: readonly PipelineStage[],
): { index: number; item: Extract<PipelineStage, { stage: "split" }> } | undefined {
  const index = stages.findLastIndex(({ stage }) => stage === "split");
  const item = stages[index];
  return item?.stage === "split" && item.part === undefined ? { index, item } : undefined;
}
