import * as z from "zod";

import { Day } from "./source.ts";
import { UsageFormat } from "./traffic-import.ts";

/** Usage exports, and the parts of them that count. */
export const TrafficRequest = z.strictObject({
  file: z
    .array(z.string().min(1))
    .min(1)
    .describe("Usage exports: .csv, .tsv, .json, .jsonl (also .gz), .parquet; several pages are read as one"),
  format: z
    .enum(["auto", ...UsageFormat.options])
    .default("auto")
    .describe("Format of the files"),
  model: z.string().min(1).optional().describe("Only requests to this model, by its name in the export"),
  from: Day.optional().describe("First day that counts, UTC"),
  to: Day.optional().describe("Last day that counts, UTC"),
  days: z.number().min(0.01).max(36_600).optional().describe("Days that the files cover, if rows have no time"),
  tokenizer: z
    .string()
    .optional()
    .describe("Tokenizer for rows with texts but no usage: tokenizer.json, o200k_base, cl100k_base or characters"),
  ownTokenizer: z
    .string()
    .optional()
    .describe("tokenizer.json of the model to be served, to convert the counts to its tokens"),
  out: z.string().min(1).optional().describe("Write the month to this file, for other commands and programme.yaml"),
});
export type TrafficRequest = z.infer<typeof TrafficRequest>;
