import { type Estimate, isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import { multiplyRanges } from "../uncertainty/lognormal.ts";

/** Product of two quantities as independent ranges; if either is refused, so is the product. */
export function product(left: Quantity, right: Quantity, unit: string): Quantity {
  return combined(left, right, { power: 1, unit });
}

/** Quotient of two quantities as independent ranges; if either is refused, so is the quotient. */
export function quotient(over: Quantity, under: Quantity, unit: string): Quantity {
  return combined(over, under, { power: -1, unit });
}

function combined(left: Quantity, right: Quantity, { power, unit }: { power: 1 | -1; unit: string }): Quantity {
  if (isRefusal(left))
    return left.known === undefined || isRefusal(right) ? left : openProduct(left, right, { power, unit });
  if (isRefusal(right)) return right;
  const sign = power === 1 ? "×" : "/";
  const range = multiplyRanges(left, right, power);
  if (!Number.isFinite(range.p90)) return withoutHighEnd({ ...range, unit }, NO_SLOW_END);
  return {
    ...range,
    unit,
    basis: `${left.basis} ${sign} ${right.basis}, as independent ranges`,
    n: Math.max(left.n, right.n),
    sources: [...new Set([...left.sources, ...right.sources])],
  };
}

/** High end of a quantity that does not exist, because the capacity may be zero. */
const NO_SLOW_END: Refusal = {
  refused: "a replica at the slow end of its range meets no SLO: the high end is unknown",
  hint: "relax the SLO, use a faster GPU, or run a load test instead of estimating",
};

/** An estimate with an unknown high end. */
export function withoutHighEnd({ p10, p50, unit }: Pick<Estimate, "p10" | "p50" | "unit">, why: Refusal): Refusal {
  return { refused: why.refused, hint: why.hint, known: { p10, p50, unit } };
}

/** An estimate with an unknown low end. */
function withoutLowEnd({ p50, p90, unit }: Pick<Estimate, "p50" | "p90" | "unit">, why: Refusal): Refusal {
  return { refused: why.refused, hint: why.hint, known: { p50, p90, unit } };
}

/** A quantity without its high end, if there is a reason for that; a refused one stays as it is. */
export function withoutHigh(quantity: Quantity, why: Refusal | undefined): Quantity {
  return why === undefined || isRefusal(quantity) ? quantity : withoutHighEnd(quantity, why);
}

/** A quantity without its low end, if there is a reason for that; a refused one stays as it is. */
export function withoutLow(quantity: Quantity, why: Refusal | undefined): Quantity {
  return why === undefined || isRefusal(quantity) ? quantity : withoutLowEnd(quantity, why);
}

/** Product or quotient of a quantity that has no high end: the median and the low end are computed as for a range. */
function openProduct(left: Refusal, right: Estimate, { power, unit }: { power: 1 | -1; unit: string }): Refusal {
  const { p10, p50 } = left.known!;
  const low = p10 ?? p50;
  const range = multiplyRanges({ p10: low, p50, p90: p50 ** 2 / low }, right, power);
  return withoutHighEnd({ ...range, unit }, left);
}

/** A quantity multiplied by a number, with a new basis. */
export function scaled(quantity: Quantity, factor: number, basis: string): Quantity {
  if (isRefusal(quantity)) return quantity.known === undefined ? quantity : scaledOpen(quantity, factor);
  const { p10, p50, p90 } = quantity;
  return {
    ...quantity,
    p10: p10 * factor,
    p50: p50 * factor,
    p90: p90 * factor,
    basis: `${basis} (${quantity.basis})`,
  };
}

function scaledOpen({ known, ...why }: Refusal, factor: number): Refusal {
  const { p10, p50, p90, unit } = known!;
  const scaled = (value: number | undefined, end: "p10" | "p90") =>
    value === undefined ? {} : { [end]: value * factor };
  return { ...why, known: { ...scaled(p10, "p10"), p50: p50 * factor, ...scaled(p90, "p90"), unit } };
}
