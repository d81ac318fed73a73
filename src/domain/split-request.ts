import * as z from "zod";

import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";
import { SplitOptions } from "./split.ts";

const { fields: _fields, groupBy, ...shape } = SplitOptions.shape;

/** Request of `data split`. */
export const SplitRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  outDir: z.string().min(1).describe("Folder to create for train.jsonl, validation.jsonl and test.jsonl"),
  keep: z
    .string()
    .min(1)
    .optional()
    .describe("Folder of an earlier split: its rows remain in their parts, and new rows are placed"),
  dropped: z
    .string()
    .min(1)
    .optional()
    .describe("File for the rows of no part, each with its reason: no time, or it would join two parts"),
  ...shape,
  groupBy: groupBy.describe(`${groupBy.description}; separate several with commas`),
  textField: z.string().min(1).optional().describe("Field to compare for near-duplicates; default: recognised"),
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
});
export type SplitRequest = z.infer<typeof SplitRequest>;
