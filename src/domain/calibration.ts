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
  logRatios: z
    .array(z.number().min(-10).max(10))
    .min(1)
    .max(5)
    .describe(
      "ln(measured / physics), ascending: all of them where there are at most five, else their 10th, 30th, 50th, 70th and 90th percentile",
    ),
});
export type Residual = z.infer<typeof Residual>;

/** A table of residuals as it stands in a file: the one that Tunewright ships, or the one of a user's measurements. */
export const ResidualTable = z.strictObject({
  version: z.literal(1).describe("Version of this format"),
  dated: z.iso.date().describe("Day on which it was made"),
  residuals: z.array(Residual).describe("By quantity, cell and source"),
});
export type ResidualTable = z.infer<typeof ResidualTable>;
