import * as z from "zod";

import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";

/** What `data freeze` is asked. */
export const FreezeRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  out: z.string().min(1).describe("New folder of the version; with --replay the folder of the series"),
  by: z.string().trim().min(1).describe("Who freezes it: a name"),
  reason: z.string().trim().min(1).describe("Why"),
  after: z.string().min(1).optional().describe("Folder of the version that it follows: what differs is written down"),
  key: z
    .string()
    .min(1)
    .optional()
    .describe("Field that names a row, to tell a changed one from a new one; default: id, else its words"),
  replay: z
    .boolean()
    .default(false)
    .describe("A replay set: a version for each month, beside the others of its series"),
  month: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, "Expected a month, as 2026-11")
    .optional()
    .describe("Month of a replay set, as 2026-11; default: this one"),
  delimiter: Delimiter.optional().describe("What parts the fields of CSV files; default: found by their first rows"),
});
export type FreezeRequest = z.infer<typeof FreezeRequest>;
