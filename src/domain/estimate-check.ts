import * as z from "zod";

const RowName = {
  id: z.string().describe("Id of the row in the file, or its line"),
  line: z.int().describe("First line of the row in the file"),
  source: z.string().describe("Who measured it: `source_group`, or the letters of the id"),
  quantity: z.string().describe("Quantity; its name ends with the unit"),
  littleResidual: z
    .number()
    .nullable()
    .optional()
    .describe(
      "For serving: C / (X (TTFT + TPOT (O - 1)) / O) of the closed loop, 1 if the figures are consistent; null if one of them is missing or the row is not a closed loop",
    ),
  breaksLittle: z.literal(true).optional().describe("For serving: the residual exceeds the tolerance"),
};

const EstimatedRow = z.strictObject({
  ...RowName,
  measured: z.number().describe("Measured value"),
  p10: z.number(),
  p50: z.number(),
  p90: z.number(),
  cell: z.string().describe("Calibration cell of the run, starting with the narrowest facets"),
});

const RefusedRow = z.strictObject({
  ...RowName,
  measured: z.number().describe("Measured value"),
  refused: z.string().describe("Why there is no estimate: a fact or a calibration cell is missing"),
});

const RejectedRow = z.strictObject({
  ...RowName,
  rejected: z.string().describe("Why the row is implausible: an invalid value, or contradictory facts"),
});

/** One measured quantity of one row with its estimate, or the reason why there is none. */
export const CheckedRow = z.union([EstimatedRow, RefusedRow, RejectedRow]);
export type CheckedRow = z.infer<typeof CheckedRow>;

/** Accuracy of the estimates of one quantity. Errors are those of the p50, as a percentage of the measured value. */
export const CheckSummary = z.strictObject({
  quantity: z.string().describe("Quantity"),
  rows: z.int().describe("Measured rows: answered, refused and rejected"),
  answered: z.int().describe("Rows with an estimate"),
  refused: z.int().describe("Rows that lack a fact or a calibration cell"),
  rejected: z.int().describe("Implausible rows"),
  medianAbsErrorPct: z.number().nullable().describe("Median of the absolute errors; null if no row has an estimate"),
  p90AbsErrorPct: z.number().nullable().describe("90th percentile of the absolute errors"),
  biasPct: z.number().nullable().describe("Median of the signed errors; negative if estimates are low"),
  coverageP10P90Pct: z.number().nullable().describe("Share of measured values inside p10-p90"),
});
export type CheckSummary = z.infer<typeof CheckSummary>;

/** Residuals of one calibration cell. */
export const CheckedCell = CheckSummary.omit({ rows: true, refused: true, rejected: true }).extend({
  cell: z.string().describe("Facets of the runs"),
  sources: z.array(z.string()).describe("Who measured them"),
  measuredOverP50: z
    .strictObject({ p10: z.number(), p50: z.number(), p90: z.number() })
    .describe("Quantiles of measured over estimated"),
});
export type CheckedCell = z.infer<typeof CheckedCell>;

const Reason = z.strictObject({
  quantity: z.string().describe("Quantity"),
  reason: z.string().describe("Reason"),
  rows: z.int().describe("Rows with this reason"),
  lines: z.array(z.int()).describe("Their first ten lines in the file"),
});

/** Our estimates compared with a set of measurements. */
export const EstimateCheck = z.strictObject({
  rows: z.array(CheckedRow).describe("Every measured quantity of every row"),
  summary: z.array(CheckSummary).describe("By quantity"),
  groups: z
    .array(CheckSummary.extend({ group: z.string().describe("Source of the rows") }))
    .describe("By source and quantity: the accuracy on sources that the estimator has not seen"),
  cells: z.array(CheckedCell).describe("By quantity and calibration cell, the largest first"),
  refusals: z.array(Reason).describe("Reasons of refused rows, most frequent first"),
  rejections: z.array(Reason).describe("Reasons of rejected rows, most frequent first"),
  unmeasured: z.int().describe("Rows of the file without a measured value"),
  little: z
    .strictObject({
      rows: z.int().describe("Rows with a residual of Little's law"),
      tolerance: z.number().describe("Tolerance: the share by which the residual may exceed 1, and its inverse below"),
      broken: z
        .array(
          z.strictObject({
            id: z.string().describe("Id of the row"),
            line: z.int().describe("Its line"),
            source: z.string().describe("Who measured it"),
            residual: z.number().describe("Its residual"),
          }),
        )
        .describe("Inconsistent rows, largest deviation first"),
    })
    .optional()
    .describe("For serving: check of closed loops with Little's law"),
  leftOut: z
    .array(z.string())
    .describe(
      "Sources of the file that are part of the calibration; each was excluded for the estimates of its own rows",
    ),
  notes: z.array(z.string()).describe("Changes to the file when it was read: converted units, rows without a source"),
});
export type EstimateCheck = z.infer<typeof EstimateCheck>;
