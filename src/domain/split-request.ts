import * as z from "zod";

import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";
import { SplitOptions } from "./split.ts";

const { fields: _fields, groupBy, ...shape } = SplitOptions.shape;

/** What `data split` is asked. */
export const SplitRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  outDir: z.string().min(1).describe("New folder for train.jsonl, validation.jsonl and test.jsonl"),
  keep: z
    .string()
    .min(1)
    .optional()
    .describe("Folder of an earlier split: its rows stay in their parts, new ones are placed"),
  dropped: z
    .string()
    .min(1)
    .optional()
    .describe("File for the rows that are in no part, each with its reason: no time, or one that would join two parts"),
  ...shape,
  groupBy: groupBy.describe(`${groupBy.description}; commas part several`),
  textField: z.string().min(1).optional().describe("Field that is compared for near-duplicates; default: recognised"),
  delimiter: Delimiter.optional().describe("What parts the fields of CSV files; default: found by their first rows"),
});
export type SplitRequest = z.infer<typeof SplitRequest>;
