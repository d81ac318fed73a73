import * as z from "zod";

/** Possible defects of a training row. */
export const LintCode = z
  .enum([
    "role-order",
    "unknown-role",
    "empty-turn",
    "broken-call",
    "broken-tools",
    "unknown-tool",
    "undeclared-tool",
    "unanswered-call",
    "unasked-answer",
    "repeated-call-id",
    "loss-mask",
    "bad-weight",
    "broken-thinking",
    "same-answers",
  ])
  .describe("Defect");
export type LintCode = z.infer<typeof LintCode>;

/** An error: training would fail, skip the row or learn something wrong. A warning: check it. */
export const LintLevel = z.enum(["error", "warning"]);
export type LintLevel = z.infer<typeof LintLevel>;

/** One defect of a row. */
export const LintFinding = z.strictObject({
  code: LintCode,
  level: LintLevel,
  message: z.int().min(1).nullable().describe("Number of the message, from 1; null if the complete row is concerned"),
  detail: z.string(),
});
export type LintFinding = z.infer<typeof LintFinding>;

/** A finding, counted over rows. */
export const LintCount = z.strictObject({
  code: LintCode,
  level: LintLevel,
  rows: z.int().min(1).describe("Rows with this finding"),
  examples: z
    .array(
      z.strictObject({
        source: z.string(),
        line: z.int().min(1).describe("Line (or row number of a table) in the source"),
        message: z.int().min(1).nullable(),
        detail: z.string(),
      }),
    )
    .describe("The first few"),
});
export type LintCount = z.infer<typeof LintCount>;
