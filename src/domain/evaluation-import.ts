import * as z from "zod";

import { EvaluationResult } from "./evaluation-result.ts";

/** Request of `eval import`. */
export const EvaluationImportRequest = z.strictObject({
  file: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      "Results: a folder or a `results_*.json` of lm-evaluation-harness (with --log_samples), a `.eval` or `.json` log of Inspect, a JSON file of promptfoo",
    ),
  target: z
    .string()
    .regex(/^[\w.-]{1,60}$/, "expected letters, digits, dots, underscores and dashes")
    .optional()
    .describe("Name of the target; default: the model's name"),
});
export type EvaluationImportRequest = z.infer<typeof EvaluationImportRequest>;

/** An imported score, compared with the value printed by the other tool. */
export const ImportedScore = z.strictObject({
  scorer: z.string(),
  computed: z.number().nullable().describe("Mean over the items"),
  reported: z.number().nullable().describe("Figure printed by the other tool; null if it prints none"),
  agrees: z.boolean().nullable().describe("They differ by less than 0.0001; null if nothing was printed"),
});
export type ImportedScore = z.infer<typeof ImportedScore>;

/** Result of `eval import`. */
export const EvaluationImport = z.strictObject({
  imported: z.array(
    z.strictObject({
      file: z.string(),
      tool: z.string(),
      result: EvaluationResult,
      scores: z.array(ImportedScore),
    }),
  ),
});
export type EvaluationImport = z.infer<typeof EvaluationImport>;
