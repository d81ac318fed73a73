import * as z from "zod";

import { DATASET_FILES } from "./dataset-files.ts";
import { Delimiter } from "./dataset-profile.ts";
import { DecontaminateOptions } from "./decontaminate.ts";
import { JsonLinesFile } from "./json-lines-file.ts";
import { RephraseJudge } from "./judge.ts";
import { JUDGE_FIELDS } from "./judge-request.ts";

/** Request of `data decontaminate`: checks rows, or writes verdicts. */
export const DecontaminateRequest = z.strictObject({
  file: z.array(z.string().min(1)).default([]).describe(DATASET_FILES),
  against: z.array(z.string().min(1)).default([]).describe(DecontaminateOptions.shape.against.description!),
  method: DecontaminateOptions.shape.method,
  minScore: z.coerce.number().min(0).max(1).optional().describe(DecontaminateOptions.shape.minScore.description!),
  textField: DecontaminateOptions.shape.textFields,
  vectorField: DecontaminateOptions.shape.vectorField,
  delimiter: Delimiter.optional().describe("Delimiter of CSV files; default: detected from their first rows"),
  out: JsonLinesFile.optional().describe("File for the kept rows, as JSONL"),
  dropped: JsonLinesFile.optional().describe("File for the dropped rows, each with its hit, as JSONL"),
  byItem: z.boolean().default(false).describe("Show which items of each benchmark the rows contain"),
  verdicts: DecontaminateOptions.shape.verdicts,
  keep: z.array(z.string()).optional().describe("Key of a hit to keep: write the verdict, with --reason and --by"),
  drop: z.array(z.string()).optional().describe("Key of a hit to drop: write the verdict, with --reason and --by"),
  reason: z.string().min(1).optional().describe("Reason of the verdict"),
  by: z.string().min(1).optional().describe("Who decided it"),
  ...JUDGE_FIELDS,
  judgeTopK: RephraseJudge.shape.topK,
});
export type DecontaminateRequest = z.infer<typeof DecontaminateRequest>;
