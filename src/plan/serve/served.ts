/** What keeps a replica from more output: room for keys and values, its GPUs, the engine's limits, or the requests that come. */
export type BoundBy = "kv" | "compute" | "scheduler" | "demand";

/** Times of requests in seconds, ascending. */
export type Times = Float64Array;

/** How a load went, before any calibration: times over its requests, and rates of the replica. */
export type Served = {
  tpotSec: Times;
  /** From the arrival to the first token, and its two parts. */
  ttftSec: Times;
  queueSec: Times;
  prefillSec: Times;
  outputPerSec: number;
  requestsPerSec: number;
  /** Requests being decoded, over the time in which any was. */
  running: number;
  boundBy: BoundBy;
  /** Output of the replica where it never waits for requests; set where they come at a rate. */
  ceilingPerSec?: number;
  /** Requests keep coming faster than they are served: their queue has no end. */
  isOverloaded: boolean;
};

/** A load whose requests all have the same times. */
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
