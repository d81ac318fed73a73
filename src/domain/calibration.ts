import * as z from "zod";

/** Quantities calibrated by measurements. */
export const CalibratedQuantity = z.enum(["peakMemoryGib", "tokensPerSecPerGpu"]);
export type CalibratedQuantity = z.infer<typeof CalibratedQuantity>;

/** Residuals of the measurements of one source in one cell, relative to physics alone. */
export const Residual = z.strictObject({
  quantity: CalibratedQuantity.describe("Which quantity"),
  facets: z.record(z.string(), z.string()).describe("The cell: the kind of run, by named facets"),
  source: z.string().min(1).describe("Who measured; each source has one vote in a cell"),
  n: z.int().min(1).describe("Measurements"),
  run: z
    .strictObject({
      model: z.string().describe("Model"),
      layout: z.string().describe("GPUs and how the model is split over them"),
      setting: z.string().describe("Batch, sequence and other settings"),
    })
    .optional()
    .describe("Run of the measurement, for your own measurements"),
  logRatios: z
    .array(z.number().min(-10).max(10))
    .min(1)
    .max(5)
    .describe(
      "ln(measured / physics), ascending; for memory, of the uncertain part. All values if there are at most five; otherwise the 10th, 30th, 50th, 70th and 90th percentiles",
    ),
});
export type Residual = z.infer<typeof Residual>;

/** Calibration factors of one cell. For memory they apply to the uncertain part, not to exact terms such as weights. */
const Factors = z.strictObject({
  p10: z.number().describe("One run in ten is below this factor"),
  p50: z.number().describe("Median factor"),
  p90: z.number().describe("Nine runs in ten are below this factor"),
});

/**
 * A user's measured runs as stored in a file: the runs and their measurements, without any estimate, so that they
 * remain valid when the physics changes.
 */
export const MeasurementFile = z.strictObject({
  format: z.literal("tunewright-measurements").describe("Kind of file"),
  version: z.literal(1).describe("Version of this format"),
  dated: z.iso.date().describe("Day of the last change"),
  rows: z
    .array(
      z.strictObject({
        from: z.string().describe("Name of the CSV that the row was read from"),
        line: z.int().min(1).describe("Line in that CSV"),
        fields: z.record(z.string(), z.string()).describe("The columns with a value"),
      }),
    )
    .max(20_000)
    .describe("Measured runs"),
});
export type MeasurementFile = z.infer<typeof MeasurementFile>;

/** Effect of a user's own measurements on the estimates of one cell. */
export const CalibratedCell = z.strictObject({
  quantity: CalibratedQuantity.describe("Which quantity"),
  cell: z.string().describe("Facets of the runs"),
  n: z.int().describe("Own measurements in the cell"),
  models: z.int().describe("Models measured"),
  layouts: z.int().describe("Layouts measured: GPUs and how the model is split over them"),
  before: Factors.nullable().describe(
    "Calibration factors without these measurements; null if the estimate was refused",
  ),
  after: Factors.describe("Calibration factors with these measurements, for a run like the one measured most often"),
  movedPct: z.number().nullable().describe("Change of the median for such a run, per cent"),
  otherModelMovedPct: z
    .number()
    .nullable()
    .describe("Change of the median for a run of another model, per cent; smaller if fewer models were measured"),
  belowState: z
    .int()
    .describe(
      "Own memory measurements below the run's weights, gradients and optimizer state, the floor of every estimate",
    ),
});
export type CalibratedCell = z.infer<typeof CalibratedCell>;

/**
 * Measurements of a file that were added to the calibration, those that were rejected, with reasons, and the changed
 * estimates.
 */
export const CalibrationResult = z.strictObject({
  file: z.string().describe("File with the measurements; estimates made in that folder use them"),
  joined: z.int().describe("Measured values that were added"),
  refused: z.int().describe("Values that lack a fact, or that the physics does not cover"),
  rejected: z.int().describe("Implausible values"),
  excluded: z.int().describe("Rows that their notes mark as replicate, pending, out of memory or second-hand"),
  unmeasured: z.int().describe("Rows without a measured value"),
  total: z.int().describe("Measured runs in the file, including those of earlier imports"),
  cells: z.array(CalibratedCell).describe("Cells that changed, most measurements first"),
  reasons: z
    .array(
      z.strictObject({
        line: z.int().describe("Line of the CSV"),
        quantity: CalibratedQuantity.describe("Which quantity"),
        reason: z.string().describe("Why it was not added"),
      }),
    )
    .describe("Every value that was refused or rejected"),
});
export type CalibrationResult = z.infer<typeof CalibrationResult>;
