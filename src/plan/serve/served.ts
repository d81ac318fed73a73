/**
 * Bottleneck of the output of a replica: memory for keys and values, its GPUs, limits of the engine, or the number of
 * requests.
 */
export type BoundBy = "kv" | "compute" | "scheduler" | "demand";

/** Times of requests in seconds, ascending. */
export type Times = Float64Array;

/** Result of a load before calibration: times over its requests, and rates of the replica. */
export type Served = {
  tpotSec: Times;
  /** From arrival to first token, and its two parts. */
  ttftSec: Times;
  queueSec: Times;
  prefillSec: Times;
  outputPerSec: number;
  requestsPerSec: number;
  /** Mean number of decoding requests, over the time with at least one. */
  running: number;
  boundBy: BoundBy;
  /** Output of the replica at saturation; set if requests arrive at a rate. */
  ceilingPerSec?: number;
  /** True if requests arrive faster than they are served, so that the queue grows without limit. */
  isOverloaded: boolean;
};

/** A load whose requests all have equal times. */
export function evenly(
  times: { tpotSec: number; queueSec: number; prefillSec: number },
  rates: Pick<Served, "outputPerSec" | "requestsPerSec" | "running" | "boundBy" | "isOverloaded">,
): Served {
  const { tpotSec, queueSec, prefillSec } = times;
  return {
    tpotSec: Float64Array.of(tpotSec),
    ttftSec: Float64Array.of(queueSec + prefillSec),
    queueSec: Float64Array.of(queueSec),
    prefillSec: Float64Array.of(prefillSec),
    ...rates,
  };
}
