import { normalQuantile, Z90 } from "../../base/normal-quantile.ts";
import { quantileOf } from "../calibration/weighted-points.ts";
import type { Range } from "./lognormal.ts";

/** Equally likely values that represent one range. */
const STEPS = 20;

/**
 * p10 and p90 if it is unknown which of several equally likely ranges holds: those of their mixture, so that no single
 * range determines an end. Each range is log-normal on both sides of its median.
 *
 * @param ranges at least one, of positive values
 * @source linear opinion pool: Stone 1961, Annals of Mathematical Statistics 32(4)
 */
export function mixtureEnds(ranges: readonly Range[]): Pick<Range, "p10" | "p90"> {
  const points = ranges
    .flatMap(({ p10, p50, p90 }) =>
      Array.from({ length: STEPS }, (_, step) => {
        const z = normalQuantile((step + 0.5) / STEPS) / Z90;
        return { value: Math.log(p50) + z * Math.log(z < 0 ? p50 / p10 : p90 / p50), weight: 1 };
      }),
    )
    .toSorted((a, b) => a.value - b.value);
  return { p10: Math.exp(quantileOf(points, 0.1)), p90: Math.exp(quantileOf(points, 0.9)) };
}
