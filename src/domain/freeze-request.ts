import * as z from "zod";

import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";

/** Request of `data freeze`. */
export const FreezeRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  out: z.string().min(1).describe("Folder to create for the version; with --replay, the folder of the series"),
  by: z.string().trim().min(1).describe("Name of the person who freezes it"),
  reason: z.string().trim().min(1).describe("Reason"),
  after: z.string().min(1).optional().describe("Folder of the previous version; the differences are recorded"),
  key: z
    .string()
    .min(1)
    .optional()
    .describe("Field that identifies a row, to distinguish changed rows from new ones; default: id, or its words"),
  replay: z
    .boolean()
    .default(false)
    .describe("A replay set: one version per month, in one folder with the others of its series"),
  month: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, "Expected a month, as 2026-11")
    .optional()
    .describe("Month of a replay set, as in 2026-11; default: the current month"),
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
});
export type FreezeRequest = z.infer<typeof FreezeRequest>;
