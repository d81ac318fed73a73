import * as z from "zod";

import { ImportOptions } from "./data-import.ts";
import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";

/** Request of `data lint`. */
export const LintRequest = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  format: ImportOptions.shape.format,
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
});
export type LintRequest = z.infer<typeof LintRequest>;
