import * as z from "zod";

import { ImportOptions } from "./data-import.ts";
import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";
import { JsonLinesFile } from "./json-lines-file.ts";

/** Request of `data import`. */
export const ImportRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  as: z
    .string()
    .min(1)
    .optional()
    .describe("Name of the source, which becomes part of the ids; default: the names of the files"),
  ...ImportOptions.shape,
  out: z.string().min(1).describe("File for the canonical rows: .jsonl, .jsonl.gz, .json or .parquet"),
  dropped: JsonLinesFile.optional().describe("File for the dropped rows with their reasons, as JSONL"),
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
});
export type ImportRequest = z.infer<typeof ImportRequest>;
