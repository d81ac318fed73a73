import * as z from "zod";

import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";
import { JsonLinesFile } from "./json-lines-file.ts";
import { RightsOptions } from "./rights.ts";

/** Request of `data rights`. */
export const RightsRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  ...RightsOptions.shape,
  on: RightsOptions.shape.on.optional().describe("Reference day for the rights; default: today"),
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
  out: JsonLinesFile.optional().describe("File for the rows that may be trained on, as JSONL"),
  dropped: JsonLinesFile.optional().describe("File for the other rows, each with its reason, as JSONL"),
});
export type RightsRequest = z.infer<typeof RightsRequest>;
