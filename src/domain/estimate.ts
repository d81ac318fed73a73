import * as z from "zod";

/**
 * An estimated quantity: always a range with its basis, never a single number. Estimates of cost are statistical
 * quantities and remain numbers; amounts that were agreed, billed or capped are `Money`.
 */
export const Estimate = z.strictObject({
  p10: z.number().describe("10 % of the cases are below this value"),
  p50: z.number().describe("Median"),
  p90: z.number().describe("90 % of the cases are below this value"),
  unit: z.string().min(1).describe("Unit of the three values"),
  basis: z.string().min(1).describe("How the range was made: the calibration cell, the catalogue rows, the draws"),
  n: z.int().min(0).describe("Measurements or rows behind the range; 0 for a stated range"),
  sources: z.array(z.string()).describe("Documents and rows that it is based on"),
});
export type Estimate = z.infer<typeof Estimate>;

/** An estimate that cannot be made: the reason, and what would make it possible. */
export const Refusal = z.strictObject({
  refused: z.string().min(1).describe("Why there is no estimate"),
  hint: z.string().min(1).describe("What to change or supply"),
  known: z
    .strictObject({
      p10: z.number().optional(),
      p50: z.number(),
      p90: z.number().optional(),
      unit: z.string().min(1).describe("Unit of the values"),
    })
    .optional()
    .describe("If only one end cannot be given: the median and the other end"),
  neverShare: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("If the event never happens in many draws: their share. Such a result is known"),
  exceedsSlo: z.literal(true).optional().describe("Present if even a single request exceeds the SLO"),
});
export type Refusal = z.infer<typeof Refusal>;

/** An estimate or a refusal. */
export const Quantity = z.union([Estimate, Refusal]);
export type Quantity = z.infer<typeof Quantity>;

/** The median of an estimate, or of a refusal that lacks only one end; undefined if neither is known. */
export function middleOf(quantity: Quantity): number | undefined {
  return isRefusal(quantity) ? quantity.known?.p50 : quantity.p50;
}

/** The median and the known ends of a quantity; undefined if none is known. */
export function knownOf(quantity: Quantity): Known | undefined {
  return isRefusal(quantity) ? quantity.known : quantity;
}

/** The median and the ends that are known. */
export type Known = { p10?: number | undefined; p50: number; p90?: number | undefined; unit: string };

/** The three values of a quantity as those of a figure: null if unknown. */
export function figureEnds(quantity: Quantity): { p10: number | null; p50: number | null; p90: number | null } {
  const known = knownOf(quantity);
  return { p10: known?.p10 ?? null, p50: known?.p50 ?? null, p90: known?.p90 ?? null };
}

/** True for a refused quantity. */
export function isRefusal(quantity: Quantity): quantity is Refusal {
  return "refused" in quantity;
}
