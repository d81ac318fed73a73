import * as z from "zod";

import { ExportOptions } from "./data-export.ts";

/** Request of `data export`. */
export const ExportRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe("Output of data import, or dataset files of any known format"),
  ...ExportOptions.shape,
  out: z
    .string()
    .min(1)
    .describe("File (.jsonl, .jsonl.gz, .json, .parquet), or a folder for one file per use of the rows"),
});
export type ExportRequest = z.infer<typeof ExportRequest>;
