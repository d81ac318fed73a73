import { betaQuantile, Z95 } from "./distributions.ts";

/** A confidence interval, at 95 % unless the function that computes it says otherwise. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson score interval of a proportion.
 *
 * @param successes  0 to n
 * @param n          at least 1
 * @source Wilson 1927, "Probable inference, the law of succession, and statistical inference"
 */
export function wilson(successes: number, n: number, z = Z95): Interval {
  const p = successes / n;
  const centre = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const under = 1 + (z * z) / n;
  return {
    low: successes === 0 ? 0 : (centre - half) / under,
    high: successes === n ? 1 : (centre + half) / under,
  };
}

/** Exact (Clopper-Pearson) interval of a proportion. @param level  confidence, two-sided */
export function clopperPearson(successes: number, n: number, level = 0.95): Interval {
  const tail = (1 - level) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    high: successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
  };
}

/**
 * Newcombe's hybrid score interval of p1 - p2 for two independent samples.
 *
 * @source Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10
 */
export function newcombe(first: Proportion, second: Proportion, z = Z95): Interval {
  const p1 = first.successes / first.n;
  const p2 = second.successes / second.n;
  const one = wilson(first.successes, first.n, z);
  const two = wilson(second.successes, second.n, z);
  return {
    low: p1 - p2 - Math.hypot(p1 - one.low, two.high - p2),
    high: p1 - p2 + Math.hypot(one.high - p1, p2 - two.low),
  };
}

/** A count of successes in n trials. */
export interface Proportion {
  readonly successes: number;
  readonly n: number;
}

/** Estimate ± z standard errors. */
export function around(estimate: number, standardError: number, z = Z95): Interval {
  return { low: estimate - z * standardError, high: estimate + z * standardError };
}
