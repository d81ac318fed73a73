import * as z from "zod";

import { DATASET_EXTENSIONS } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";

/** Request of `data inspect`. */
export const InspectRequest = z.strictObject({
  file: z
    .array(z.string())
    .min(1)
    .describe(`Dataset files, or a programme folder for all files that it lists: ${DATASET_EXTENSIONS}`),
  exact: z.boolean().default(false).describe("Count the tokens of every row instead of a sample"),
  sampleRows: z.int().min(2).max(1_000_000).default(2000).describe("Rows of the sample"),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of the sample"),
  tokenizer: z
    .string()
    .optional()
    .describe("tokenizer.json of the model, or o200k_base, cl100k_base, characters; default: o200k_base"),
  textField: z.string().min(1).optional().describe("Field with the text of a row; formats are then not recognised"),
  promptField: z
    .string()
    .min(1)
    .optional()
    .describe("Field with the prompt of a row; used with --completion-field. Formats are then not recognised"),
  completionField: z.string().min(1).optional().describe("Field with the completion or the label of a row"),
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
});
export type InspectRequest = z.infer<typeof InspectRequest>;
