import * as z from "zod";

import { Source } from "./source.ts";

/** A named, dated range that applies until the user replaces it in `programme.yaml` under `assumptions`. */
export const Assumption = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/)
    .describe("Dotted name, such as `dataset.rights.usd`"),
  label: z.string().min(1).describe("What it is"),
  unit: z.string().min(1).describe("Unit of the values"),
  p10: z.number().describe("Low end"),
  p50: z.number().describe("Middle; the geometric mean of the ends if the source gives only a range"),
  p90: z.number().describe("High end"),
  use: z
    .enum(["estimate", "reference"])
    .describe("estimate: an input of plans; reference: a published figure to compare with"),
  source: Source,
  note: z.string().describe("What it covers, what was checked, and what is doubtful"),
});
export type Assumption = z.infer<typeof Assumption>;

/**
 * A value above a quadrillion is a typing error, and products of several such values would exceed the range of numbers.
 */
const OwnValue = z.number().max(1e15);

/** A user's range that replaces an assumption. */
export const AssumptionRange = z.strictObject({
  p10: OwnValue.describe("Low end"),
  p50: OwnValue.describe("Middle"),
  p90: OwnValue.describe("High end"),
  note: z.string().optional().describe("Reason"),
});

/** Replacement of an assumption by the user: a value, or a range with a reason. */
export const AssumptionOverride = z.union([OwnValue, AssumptionRange]);
export type AssumptionOverride = z.infer<typeof AssumptionOverride>;
