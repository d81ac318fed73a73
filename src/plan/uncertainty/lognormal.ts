import { isRefusal, type Quantity } from "../../domain/estimate.ts";

/** A range of positive values. */
export type Range = { p10: number; p50: number; p90: number };

/**
 * Product (`power` 1) or quotient (`power` -1) of two independent ranges, each side treated as log-normal: medians
 * multiply, and the distances of p10 and p90 from the median add as squares of logarithms. A product is therefore
 * narrower than p90 × p90, because two quantities are rarely both at their worst.
 *
 * @param left, right ranges with positive values
 */
export function multiplyRanges(left: Range, right: Range, power: 1 | -1 = 1): Range {
  const [rightLow, rightHigh] = power === 1 ? [right.p10, right.p90] : [right.p90, right.p10];
  const p50 = left.p50 * right.p50 ** power;
  if (!(left.p10 > 0 && right.p10 > 0)) {
    // A price of zero has no logarithm, so each end of the product is computed separately.
    return { p10: left.p10 * rightLow ** power, p50, p90: left.p90 * rightHigh ** power };
  }
  const down = Math.hypot(Math.log(left.p50 / left.p10), Math.abs(Math.log(right.p50 / rightLow)));
  const up = Math.hypot(Math.log(left.p90 / left.p50), Math.abs(Math.log(rightHigh / right.p50)));
  return { p10: p50 * Math.exp(-down), p50, p90: p50 * Math.exp(up) };
}

/**
 * Sum of independent ranges: medians add, and the distances of p10 and p90 from the median add as squares. It is
 * narrower than all low ends or all high ends together.
 */
export function sumRanges(ranges: readonly Range[]): Range {
  const p50 = ranges.reduce((sum, range) => sum + range.p50, 0);
  return {
    p10: p50 - Math.hypot(...ranges.map((range) => range.p50 - range.p10)),
    p50,
    p90: p50 + Math.hypot(...ranges.map((range) => range.p90 - range.p50)),
  };
}

/** A quantity times a number; a refusal is passed through. */
export function scaleQuantity(quantity: Quantity, factor: number, unit: string): Quantity {
  if (isRefusal(quantity)) return quantity;
  return { ...quantity, p10: quantity.p10 * factor, p50: quantity.p50 * factor, p90: quantity.p90 * factor, unit };
}
