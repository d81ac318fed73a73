import type { Lengths } from "./serve-run.ts";

/**
 * Increments of the evenly spread sequences of input and output lengths; they differ so that the two lengths are
 * uncorrelated.
 */
const STEPS = { input: 0.5698402909980532, output: 0.7548776662466927 } as const;

/**
 * Lengths of `count` requests, Weibull with the given mean and coefficient of variation: exponential at 1, which is
 * close to chats, and nearly bell-shaped below a half. They are spread evenly over the quantiles, are the same at every
 * call, and have exactly that mean except for rounding.
 *
 * @returns whole tokens, at least `least`
 * @source shape from the coefficient of variation: Justus et al. 1978, Journal of Applied Meteorology 17(3), k =
 * cv^-1.086; evenly spread sequence: Roberts 2018, "The unreasonable effectiveness of quasirandom sequences"
 */
export function requestLengths(
  { mean, cv }: Lengths,
  { count, which, least }: { count: number; which: keyof typeof STEPS; least: number },
): number[] {
  if (cv === 0) return Array.from({ length: count }, () => Math.max(least, Math.round(mean)));
  const drawn = Array.from({ length: count }, (_, index) => {
    const probability = (0.5 + (index + 1) * STEPS[which]) % 1;
    return (-Math.log(1 - probability)) ** (cv ** 1.086);
  });
  const scale = mean / (drawn.reduce((sum, value) => sum + value, 0) / count);
  return drawn.map((value) => Math.max(least, Math.round(value * scale)));
}
