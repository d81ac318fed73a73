import * as z from "zod";

const RowName = {
  id: z.string().describe("Id of the row of the file, else its line"),
  line: z.int().describe("Line of the file on which it begins"),
  source: z.string().describe("Who measured it: `source_group`, else the letters of the id"),
  quantity: z.string().describe("Which quantity, unit last in the name"),
  littleResidual: z
    .number()
    .nullable()
    .optional()
    .describe(
      "Of serving: C / (X (TTFT + TPOT (O - 1)) / O) of the row's closed loop, 1 where its figures belong together; null where it lacks one of them or is not a closed loop",
    ),
  breaksLittle: z.literal(true).optional().describe("Of serving: the residual lies beyond the tolerance"),
};

const EstimatedRow = z.strictObject({
  ...RowName,
  measured: z.number().describe("What was measured"),
  p10: z.number(),
  p50: z.number(),
  p90: z.number(),
  cell: z.string().describe("Calibration cell of the run, from the narrowest facets"),
});

const RefusedRow = z.strictObject({
  ...RowName,
  measured: z.number().describe("What was measured"),
  refused: z.string().describe("Why there is no estimate: a fact or a calibration cell is missing"),
});

const RejectedRow = z.strictObject({
  ...RowName,
  rejected: z.string().describe("Why the row is implausible: an invalid value, or contradictory facts"),
});

/** One measured quantity of one row and its estimate, or the reason why there is none. */
export const CheckedRow = z.union([EstimatedRow, RefusedRow, RejectedRow]);
export type CheckedRow = z.infer<typeof CheckedRow>;

/** How well the estimates of one quantity did. Errors are of the p50, in per cent of what was measured. */
export const CheckSummary = z.strictObject({
  quantity: z.string().describe("Which quantity"),
  rows: z.int().describe("Measured rows: answered, refused and rejected"),
  answered: z.int().describe("Rows with an estimate"),
  refused: z.int().describe("Rows of which a fact or a calibration cell is missing"),
  rejected: z.int().describe("Implausible rows"),
  medianAbsErrorPct: z.number().nullable().describe("Median of the absolute errors; null where none was answered"),
  p90AbsErrorPct: z.number().nullable().describe("Nine rows in ten have an absolute error below this"),
  biasPct: z.number().nullable().describe("Median of the signed errors: negative where estimates are low"),
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
  quantity: z.string().describe("Which quantity"),
  reason: z.string().describe("Why"),
  rows: z.int().describe("Rows for which it holds"),
  lines: z.array(z.int()).describe("Their lines in the file, the first ten"),
});

/** Our estimates compared with somebody's measurements. */
export const EstimateCheck = z.strictObject({
  rows: z.array(CheckedRow).describe("Every measured quantity of every row"),
  summary: z.array(CheckSummary).describe("By quantity"),
  groups: z
    .array(CheckSummary.extend({ group: z.string().describe("Source of the rows") }))
    .describe("By source and quantity: an estimator is only as good as on sources it has not seen"),
  cells: z.array(CheckedCell).describe("By quantity and calibration cell, the largest first"),
  refusals: z.array(Reason).describe("Reasons of refused rows, most frequent first"),
  rejections: z.array(Reason).describe("Reasons of rejected rows, most frequent first"),
  unmeasured: z.int().describe("Rows of the file that hold no measured value"),
  little: z
    .strictObject({
      rows: z.int().describe("Rows with a residual of Little's law"),
      tolerance: z.number().describe("Share by which it may lie above 1, and the inverse of that below"),
      broken: z
        .array(
          z.strictObject({
            id: z.string().describe("Id of the row"),
            line: z.int().describe("Its line"),
            source: z.string().describe("Who measured it"),
            residual: z.number().describe("Its residual"),
          }),
        )
        .describe("Rows whose figures do not belong together, the furthest off first"),
    })
    .optional()
    .describe("Of serving: closed loops held against Little's law"),
  leftOut: z
    .array(z.string())
    .describe("Sources of the file that the calibration holds: each was left out for the estimates of its own rows"),
  notes: z.array(z.string()).describe("What was done to the file: columns in other units, rows without a source"),
});
export type EstimateCheck = z.infer<typeof EstimateCheck>;
