import { isRefusal, type Refusal } from "../../domain/estimate.ts";
import type { Term } from "../../domain/price.ts";
import type { TrainVolume } from "../../domain/run-spec.ts";
import type { TrainRun } from "../memory/memory.ts";
import { checkpointBytes } from "../memory/checkpoint-bytes.ts";
import { type RunTime, runTime } from "../speed/run-time.ts";
import { nodeCount } from "./fleet-layout.ts";
import { onSpot, spotBasis, type SpotFactors, spotFactors, type SpotFacts } from "./spot.ts";

/** Undisturbed hours of a run's steps on a fleet, and the slowdown from interruptions. */
export type RunHours = {
  time: RunTime;
  /** Undefined if the run would never finish, if it has no hours, or if spot is not among the terms. */
  spot: SpotFactors | undefined;
};

/** Computes the undisturbed hours of a run on a fleet, and the slowdown from interruptions. */
export function timeRun(
  run: TrainRun,
  { volume, spot, terms }: { volume: TrainVolume; spot: SpotFacts; terms: readonly Term[] },
): RunHours {
  const time = runTime(run, volume);
  const { hours } = time;
  if (!terms.includes("spot") || isRefusal(hours)) return { time, spot: undefined };
  const nodes = nodeCount(run.gpu, run.spec.gpuCount);
  const facts = { hours: hours.p50, nodes, checkpointGb: checkpointBytes(run) / 1e9 };
  return { time, spot: spotFactors(facts, spot) };
}

/**
 * The hours under a term. On spot machines, they include interruptions; waiting counts as wall time but is not billed.
 */
export function hoursByTerm({ time, spot }: RunHours, term: Term, facts: SpotFacts): RunTime {
  if (term !== "spot" || isRefusal(time.hours)) return time;
  if (spot === undefined) return { ...time, hours: LOST, gpuHours: LOST };
  const basis = spotBasis(spot, facts);
  return { ...time, hours: onSpot(time.hours, spot.wall, basis), gpuHours: onSpot(time.gpuHours, spot.billed, basis) };
}

/** Reason why a run on spot machines has no hours. */
export const LOST: Refusal = {
  refused: "this many spot machines are interrupted faster than the run progresses",
  hint: "buy on demand, or use fewer machines",
};
