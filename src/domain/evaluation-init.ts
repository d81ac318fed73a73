import * as z from "zod";

/** Result of `eval init`. */
export const EvaluationInit = z.strictObject({
  evaluation: z.string(),
  set: z.string(),
  digest: z.string(),
  items: z.int().min(0),
  question: z.string().describe("Field with the question"),
  reference: z.string().nullable().describe("Field with the reference answer; null if there is none"),
  written: z.array(z.string()).describe("Files that were written"),
  kept: z.array(z.string()).describe("Files that already existed and were not changed"),
});
export type EvaluationInit = z.infer<typeof EvaluationInit>;
