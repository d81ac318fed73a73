import type { RowText } from "../check/row-text.ts";

/** Input of Little's law for a closed loop; times in ms, the rest per second of the whole deployment. */
export type ClosedLoop = {
  concurrency: number;
  outputTokensPerSec: number;
  ttftMs: number;
  tpotMs: number;
  outputTokens: number;
};

/**
 * Maximum deviation from 1 of the residual of valid measurements. Careful sources give 1.00 to 1.01. Medians instead of
 * means shift it by up to a fifth, and so do ramp-up and tail of a run of few rounds, during which fewer requests are
 * open than the loop holds. Larger deviations mean that something else was counted: tokens of one GPU, failed or
 * missing requests, nominal lengths.
 */
export const LITTLE_TOLERANCE = 0.2;

/**
 * Residual of Little's law in a closed loop. The number of requests is their rate times their duration, so C / (X (TTFT
 * + TPOT (O - 1)) / O) is 1 for a consistent measurement.
 *
 * @source J. D. C. Little 1961, Operations Research 9(3)
 */
export function littleResidual({ concurrency, outputTokensPerSec, ttftMs, tpotMs, outputTokens }: ClosedLoop): number {
  const stayMs = ttftMs + tpotMs * (outputTokens - 1);
  return concurrency / ((outputTokensPerSec * stayMs) / 1000 / outputTokens);
}

/** True if a residual shows that the figures of a row are inconsistent. */
export function breaksLittle(residual: number): boolean {
  return residual > 1 + LITTLE_TOLERANCE || residual < 1 / (1 + LITTLE_TOLERANCE);
}

/**
 * True if a row states a closed loop, or nothing else about its load. A batch and an open loop do not keep a constant
 * number of requests in flight.
 */
export function isClosedLoop(text: RowText): boolean {
  const load = text("load").toLowerCase();
  return load === "" ? !/offline/i.test(text("scenario")) : /closed|concurren/.test(load);
}
