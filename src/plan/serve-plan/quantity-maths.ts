import { type Estimate, isRefusal, type Quantity } from "../../domain/estimate.ts";
import { multiplyRanges } from "../uncertainty/lognormal.ts";

/** Product of two quantities as independent ranges; a refusal of either passes through. */
export function product(left: Quantity, right: Quantity, unit: string): Quantity {
  return combined(left, right, { power: 1, unit });
}

/** Quotient of two quantities as independent ranges; a refusal of either passes through. */
export function quotient(over: Quantity, under: Quantity, unit: string): Quantity {
  return combined(over, under, { power: -1, unit });
}

function combined(left: Quantity, right: Quantity, { power, unit }: { power: 1 | -1; unit: string }): Quantity {
  if (isRefusal(left)) return left;
  if (isRefusal(right)) return right;
  const sign = power === 1 ? "×" : "/";
  return {
    ...multiplyRanges(left, right, power),
    unit,
    basis: `${left.basis} ${sign} ${right.basis}, as independent ranges`,
    n: Math.max(left.n, right.n),
    sources: [...new Set([...left.sources, ...right.sources])],
  };
}

/** A quantity times a number under a basis of its own. */
export function scaled(quantity: Quantity, factor: number, basis: string): Quantity {
  if (isRefusal(quantity)) return quantity;
  const { p10, p50, p90 } = quantity;
  return {
    ...quantity,
    p10: p10 * factor,
    p50: p50 * factor,
    p90: p90 * factor,
    basis: `${basis} (${quantity.basis})`,
  };
}

/** A value that is as given. */
export function given(value: number, unit: string, basis: string): Estimate {
  return { p10: value, p50: value, p90: value, unit, basis, n: 0, sources: [] };
}
