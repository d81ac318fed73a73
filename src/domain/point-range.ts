import type { Estimate } from "./estimate.ts";

/** A value without uncertainty as a range; `null` remains unknown in all three points. */
export function pointRange<Value extends number | null>(value: Value): { p10: Value; p50: Value; p90: Value } {
  return { p10: value, p50: value, p90: value };
}

/** A given or counted value as an estimate without uncertainty. */
export function pointEstimate(value: number, unit: string, basis: string): Estimate {
  return { ...pointRange(value), unit, basis, n: 0, sources: [] };
}
