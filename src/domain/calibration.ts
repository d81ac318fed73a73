import * as z from "zod";

/** Quantities that measurements correct. */
export const CalibratedQuantity = z.enum(["peakMemoryGib", "tokensPerSecPerGpu"]);
export type CalibratedQuantity = z.infer<typeof CalibratedQuantity>;

/** How far the measurements of one source in one cell lie from what physics alone says. */
export const Residual = z.strictObject({
  quantity: CalibratedQuantity.describe("Which quantity"),
  facets: z.record(z.string(), z.string()).describe("The cell: what kind of run, by named facets"),
  source: z.string().min(1).describe("Who measured: each source has one vote in a cell"),
  n: z.int().min(1).describe("Measurements"),
  run: z
    .strictObject({
      model: z.string().describe("Model"),
      layout: z.string().describe("GPUs and what is split over them"),
      setting: z.string().describe("Batch, sequence and what else is set"),
    })
    .optional()
    .describe("Of a user's own measurements: which run it was of"),
  logRatios: z
    .array(z.number().min(-10).max(10))
    .min(1)
    .max(5)
    .describe(
      "ln(measured / physics), of memory that of the part that is not certain, ascending: all of them where there are at most five, else their 10th, 30th, 50th, 70th and 90th percentile",
    ),
});
export type Residual = z.infer<typeof Residual>;

/** The factors on what physics says, of a cell; of memory on what is not certain, as counted weights are. */
const Factors = z.strictObject({
  p10: z.number().describe("One run in ten is below this factor"),
  p50: z.number().describe("Factor of the median"),
  p90: z.number().describe("Nine runs in ten are below this factor"),
});

/**
 * A user's own measured runs as they stand in a file: what was run and what was measured, never what an estimator made
 * of it, so that they hold for every later version of the physics.
 */
export const MeasurementFile = z.strictObject({
  format: z.literal("tunewright-measurements").describe("What the file is"),
  version: z.literal(1).describe("Version of this format"),
  dated: z.iso.date().describe("Day of the last change"),
  rows: z
    .array(
      z.strictObject({
        from: z.string().describe("Name of the CSV that it was read from"),
        line: z.int().min(1).describe("Its line there"),
        fields: z.record(z.string(), z.string()).describe("The columns that were not empty"),
      }),
    )
    .max(20_000)
    .describe("Measured runs"),
});
export type MeasurementFile = z.infer<typeof MeasurementFile>;

/** How far the estimates of one cell moved by a user's own measurements. */
export const CalibratedCell = z.strictObject({
  quantity: CalibratedQuantity.describe("Which quantity"),
  cell: z.string().describe("Facets of the runs"),
  n: z.int().describe("Own measurements in it"),
  models: z.int().describe("Models that they are of"),
  layouts: z.int().describe("Layouts that they are of: GPUs and what is split over them"),
  before: Factors.nullable().describe("Factors on the value of physics without them; null where it was refused"),
  after: Factors.describe("Factors with them, of a run like the one that was measured most"),
  movedPct: z.number().nullable().describe("By how much the median of such a run moved, per cent"),
  otherModelMovedPct: z
    .number()
    .nullable()
    .describe("By how much that of a run of another model moved, per cent: less, the fewer models were measured"),
  belowState: z
    .int()
    .describe(
      "Own measurements of memory below the run's weights, gradients and optimizer state, which no estimate goes below",
    ),
});
export type CalibratedCell = z.infer<typeof CalibratedCell>;

/** What joined the calibration from a file, what did not and why, and what it moved. */
export const CalibrationResult = z.strictObject({
  file: z.string().describe("Where the measurements stand now; estimates made in that folder use them"),
  joined: z.int().describe("Measured values that joined"),
  refused: z.int().describe("Values of which a fact is missing, or that physics does not cover"),
  rejected: z.int().describe("Implausible values"),
  excluded: z.int().describe("Rows that their notes mark as replicate, pending, out of memory or second-hand"),
  unmeasured: z.int().describe("Rows without a measured value"),
  total: z.int().describe("Measured runs in the file, those of earlier files too"),
  cells: z.array(CalibratedCell).describe("Cells that moved, most measurements first"),
  reasons: z
    .array(
      z.strictObject({
        line: z.int().describe("Line of the CSV"),
        quantity: CalibratedQuantity.describe("Which quantity"),
        reason: z.string().describe("Why it did not join"),
      }),
    )
    .describe("Every value that was refused or rejected"),
});
export type CalibrationResult = z.infer<typeof CalibrationResult>;
