import { normalQuantile } from "../base/normal-quantile.ts";
import { Z95 } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import type { TestErrors } from "./power.ts";

/** Numbers of pairs on which exactly one of two systems is right, and of all pairs. */
export interface DiscordantPairs {
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly n: number;
}

/**
 * Tango's score interval of the difference of two paired proportions, first minus second. Unlike the Wald interval, it
 * keeps its level if few pairs differ, and has a positive width if none do.
 *
 * @source Tango 1998, "Equivalence test and confidence interval for the difference in proportions for the paired-sample
 * design", Statistics in Medicine 17:891-908
 */
export function pairedScoreInterval(pairs: DiscordantPairs, z = Z95): Interval {
  const centre = (pairs.onlyFirst - pairs.onlySecond) / pairs.n;
  // The statistic decreases as the difference increases: each end is the point at which it crosses z, or the end of the
  // scale.
  const end = (sign: 1 | -1): number => {
    let [inside, outside] = [centre, -sign];
    for (let step = 0; step < 200 && inside !== outside; step++) {
      const middle = (inside + outside) / 2;
      if (sign * pairedScore(pairs, middle) > z) outside = middle;
      else if (middle === inside || middle === outside) break;
      else inside = middle;
    }
    return inside;
  };
  return { low: end(1), high: end(-1) };
}

/**
 * Number of items needed to show, by the lower end of the score interval, that a system which is as good as another one
 * is worse by less than a margin. Twice 1 / margin is added for the discreteness of counts; verified by simulations.
 *
 * @param margin      above 0
 * @param discordant  expected share of items on which exactly one of the two is right
 * @source Tango 1998, section 4, for the variance under the hypothesis
 */
export function nonInferiorityItems(
  margin: number,
  discordant: number,
  { alpha = 0.05, power = 0.8 }: TestErrors = {},
): number {
  const pairs = { onlyFirst: discordant / 2, onlySecond: discordant / 2, n: 1 };
  const underMargin = margin / pairedScore(pairs, -margin); // standard deviation of a pair at the margin
  const root = normalQuantile(1 - alpha / 2) * underMargin + normalQuantile(power) * Math.sqrt(discordant);
  return Math.ceil((root / margin) ** 2 + 2 / margin);
}

/**
 * Tango's score statistic for the hypothesis that first minus second is `difference`: approximately standard normal
 * under the hypothesis. At a difference of 0 its square is McNemar's chi-square.
 */
export function pairedScore({ onlyFirst: b, onlySecond: c, n }: DiscordantPairs, difference: number): number {
  const linear = -b - c + (2 * n - b + c) * difference;
  const constant = -c * difference * (1 - difference);
  const root = Math.sqrt(Math.max(0, linear * linear - 8 * n * constant));
  const second = (root - linear) / (4 * n); // share of pairs on which only the second is right, under the hypothesis
  const spread = n * (2 * second + difference * (1 - difference));
  const gap = b - c - n * difference;
  if (spread <= 0) return gap === 0 ? 0 : Math.sign(gap) * Infinity;
  return gap / Math.sqrt(spread);
}
