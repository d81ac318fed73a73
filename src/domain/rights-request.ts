import * as z from "zod";

import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";
import { RightsOptions } from "./rights.ts";

/** Request of `data rights`. */
export const RightsRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  ...RightsOptions.shape,
  on: RightsOptions.shape.on.optional().describe("Reference day for the rights; default: today"),
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
  out: z.string().min(1).optional().describe("File for the rows that may be trained on, as JSONL"),
  dropped: z.string().min(1).optional().describe("File for the other rows, each with its reason, as JSONL"),
});
export type RightsRequest = z.infer<typeof RightsRequest>;
