import type { Load, ServeRun } from "./serve-run.ts";
import type { Served } from "./served.ts";

/**
 * Standard deviation of the longest of many exponential lengths divided by their mean, that of Gumbel's distribution.
 */
const LONGEST = Math.PI / Math.sqrt(6);

/** Number of requests over which a continuous load is simulated. */
const LOOKED_AT = 1000;

/**
 * Standard deviation of the output of one benchmark, as a share of it: output is divided by the time from the first request
 * to the last token, which scatters with the time in which n requests of a Poisson process come, by 1 / √n of it, and with
 * the longest of the last answers. Loads that start again as they end, and batches, have neither.
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
