import * as z from "zod";

const EstimatedRow = z.strictObject({
  id: z.string().describe("Id of the row of the file"),
  quantity: z.string().describe("Which quantity, unit last in the name"),
  measured: z.number().describe("What was measured"),
  p10: z.number(),
  p50: z.number(),
  p90: z.number(),
});

const RefusedRow = z.strictObject({
  id: z.string().describe("Id of the row of the file"),
  quantity: z.string().describe("Which quantity, unit last in the name"),
  measured: z.number().describe("What was measured"),
  refused: z.string().describe("Why there is no estimate"),
});

/** One measured quantity of one row beside its estimate, or the reason why there is none. */
export const CheckedRow = z.union([EstimatedRow, RefusedRow]);
export type CheckedRow = z.infer<typeof CheckedRow>;

/** How well the estimates of one quantity did. Errors are of the p50, in per cent of what was measured. */
export const CheckSummary = z.strictObject({
  quantity: z.string().describe("Which quantity"),
  rows: z.int().describe("Measured rows"),
  answered: z.int().describe("Rows with an estimate"),
  refused: z.int().describe("Rows without one"),
  medianAbsErrorPct: z.number().nullable().describe("Median of the absolute errors; null where none was answered"),
  p90AbsErrorPct: z.number().nullable().describe("Absolute error that nine rows in ten stay below"),
  biasPct: z.number().nullable().describe("Median of the signed errors: negative where estimates are low"),
  coverageP10P90Pct: z.number().nullable().describe("Share of measured values inside p10-p90"),
});
export type CheckSummary = z.infer<typeof CheckSummary>;

/** Our estimates beside somebody's measurements. */
export const EstimateCheck = z.strictObject({
  rows: z.array(CheckedRow).describe("Every measured quantity of every row"),
  summary: z.array(CheckSummary).describe("By quantity"),
  groups: z
    .array(CheckSummary.extend({ group: z.string().describe("Source of the rows") }))
    .describe("By source and quantity: an estimator is only as good as on sources it has not seen"),
  refusals: z
    .array(
      z.strictObject({
        quantity: z.string().describe("Which quantity"),
        reason: z.string().describe("Why"),
        rows: z.int().describe("Rows refused for it"),
      }),
    )
    .describe("Reasons, most frequent first"),
});
export type EstimateCheck = z.infer<typeof EstimateCheck>;
