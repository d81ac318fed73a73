import * as z from "zod";

import { ExecutorName } from "./data-pipeline.ts";

/** Request of `data run`. */
export const DataRunRequest = z.strictObject({
  dir: z.string().min(1).default(".").describe("Programme folder; default: the current folder"),
  out: z
    .string()
    .min(1)
    .optional()
    .describe(
      "JSONL file for the rows that pass all stages; default: curated.jsonl in the folder. With a split, one file per part: curated.train.jsonl, curated.test.jsonl",
    ),
  executor: ExecutorName.default("threads").describe("Where shards are processed; the result does not depend on it"),
  workers: z.int().min(1).max(256).optional().describe("Parallel workers; default: the number of cores, up to 8"),
  shardRows: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(8192)
    .describe("Rows per shard; it changes the names of the artefacts, not the rows"),
  store: z
    .string()
    .regex(/^s3:\/\/[^/]/, "expected s3://bucket/prefix")
    .optional()
    .describe(
      "Store artefacts in an S3-compatible bucket, as s3://BUCKET/PREFIX; server and keys from the AWS_* variables. Default: the programme folder",
    ),
  stopAfter: z.string().min(1).optional().describe("Last stage to run; may be read. Default: all stages"),
});
export type DataRunRequest = z.infer<typeof DataRunRequest>;
