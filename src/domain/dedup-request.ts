import * as z from "zod";

import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";
import { DedupOptions } from "./dedup.ts";
import { JsonLinesFile } from "./json-lines-file.ts";

/** Request of `data dedup`. */
export const DedupRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  ...DedupOptions.shape,
  clusters: z.boolean().default(false).describe("Print each kept row with the rows that were dropped in its favour"),
  histogram: z
    .boolean()
    .default(false)
    .describe("Count the rows by similarity from 0.5, and suggest a threshold; reads the files again"),
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
  out: JsonLinesFile.optional().describe("File for the kept rows, as JSONL"),
  dropped: JsonLinesFile.optional().describe(
    "File for the dropped rows, each with its reason and the kept row, as JSONL",
  ),
  index: z
    .string()
    .min(1)
    .optional()
    .describe("Index of earlier imports: rows similar to those are dropped; with --out the kept rows are added to it"),
});
export type DedupRequest = z.infer<typeof DedupRequest>;
