import type { Load, ServeRun } from "./serve-run.ts";
import type { Served } from "./served.ts";

/** Standard deviation of the longest of many exponential lengths, divided by their mean (Gumbel distribution). */
const LONGEST = Math.PI / Math.sqrt(6);

/** Number of requests over which a continuous load is simulated. */
const LOOKED_AT = 1000;

/**
 * Standard deviation of the output of one benchmark, as a share of that output. Output is divided by the time from the
 * first request to the last token. That time varies by 1 / √n with the arrival of n Poisson requests, and with the
 * length of the longest of the last answers. Neither applies to batches or to loads that start a new request when one
 * ends.
 *
 * @source the longest of n exponentials: Gumbel 1958, Statistics of Extremes
 */
export function chanceOfRun({ outputTokens }: Pick<ServeRun, "outputTokens">, load: Load, served: Served): number {
  if (load.kind !== "rate" && load.kind !== "all-at-once") return 0;
  if (load.requests === undefined) return load.kind === "rate" ? 1 / Math.sqrt(LOOKED_AT) : 0;
  const sec = load.requests / served.requestsPerSec;
  const arrivalsSec = load.kind === "rate" ? Math.sqrt(load.requests) / load.perSec : 0;
  const tokenSec = served.tpotSec.reduce((sum, value) => sum + value, 0) / served.tpotSec.length;
  return Math.hypot(arrivalsSec, LONGEST * outputTokens.cv * outputTokens.mean * tokenSec) / sec;
}
