import type { Replica } from "./replica.ts";
import { serve } from "./serve.ts";
import type { ServingCorrection } from "./serve-calibration.ts";
import type { ServeMemory } from "./serve-memory.ts";
import type { Served } from "./served.ts";
import type { Load } from "./serve-run.ts";

/**
 * Results of a load in which every step takes its longest or its shortest time; times are on the clock of the steps.
 */
export type OtherSpeeds = { slower: Served; faster: Served };

/** Number of requests that are simulated if a queue would grow without end under slower steps. */
const FOLLOWED = 1000;

/**
 * Results of a load if every step takes longer, or shorter, by a factor. A closed loop, a burst and a batch wait for
 * the replica and only take longer by that factor. Requests that arrive at a rate do not wait, so their queue and batch
 * also grow, the more so the nearer the rate is to saturation. On a clock that is slower by the factor, the steps are
 * unchanged and the rate is higher by the factor.
 *
 * @param step range of the time of a step
 * @returns undefined if the load waits for the replica
 */
export function otherSpeeds(
  replica: Replica,
  memory: ServeMemory,
  { load, step }: { load: Load; step: Pick<ServingCorrection, "p10" | "p50" | "p90"> },
): OtherSpeeds | undefined {
  if (load.kind !== "rate") return undefined;
  const servedAt = (factor: number): Served => {
    const scaled = { ...load, perSec: load.perSec * factor };
    const served = serve(replica, memory, scaled);
    return served.isOverloaded ? serve(replica, memory, { ...scaled, requests: FOLLOWED }) : served;
  };
  return { slower: servedAt(step.p90 / step.p50), faster: servedAt(step.p10 / step.p50) };
}

/**
 * Range of a time over requests. Two errors are combined: the measured error of such times, and the change of queue and
 * batch if the time of a step is at an end of its range. Their logarithms are added in quadrature.
 */
export function withSpeeds(
  correction: ServingCorrection,
  { middle, slower, faster }: { middle: number; slower: number; faster: number },
): ServingCorrection {
  if (middle === 0) return correction;
  const { p10, p50, p90 } = correction;
  const wider = (side: number, moved: number): number =>
    Math.exp(Math.hypot(Math.log(side / p50), Math.max(0, Math.log(moved))));
  return { ...correction, p10: p50 / wider(p10, middle / faster), p90: p50 * wider(p90, slower / middle) };
}
