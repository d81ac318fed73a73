import { normalQuantile } from "../../base/normal-quantile.ts";
import type { Lengths } from "./serve-run.ts";

/** Steps of evenly spread sequences, one for each length of a request, so that inputs and outputs do not move together. */
const STEPS = { input: 0.5698402909980532, output: 0.7548776662466927 } as const;

/**
 * Lengths of `count` requests, log-normal with the given mean and coefficient of variation, which chats and documents are
 * near to; evenly spread over its quantiles, the same at every call, and of exactly that mean but for rounding.
 *
 * @returns whole tokens, at least `least`
 * @source low-discrepancy sequence of the plastic number: Roberts 2018, "The unreasonable effectiveness of quasirandom sequences"
 */
export function requestLengths(
  { mean, cv }: Lengths,
  { count, which, least }: { count: number; which: keyof typeof STEPS; least: number },
): number[] {
  if (cv === 0) return Array.from({ length: count }, () => Math.max(least, Math.round(mean)));
  const sigma = Math.sqrt(Math.log1p(cv ** 2));
  const drawn = Array.from({ length: count }, (_, index) =>
    Math.exp(sigma * normalQuantile((0.5 + (index + 1) * STEPS[which]) % 1)),
  );
  const scale = mean / (drawn.reduce((sum, each) => sum + each, 0) / count);
  return drawn.map((each) => Math.max(least, Math.round(each * scale)));
}
