import { formatNumber } from "../../base/units.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { Term } from "../../domain/price.ts";
import type { LaidOut } from "./enumerate-fleets.ts";
import type { FleetPrice } from "./fleet-request.ts";
import type { TimedRun } from "./price-fleet.ts";
import { candidateText, type Rejections } from "./rejected-fleets.ts";

/** A fleet with a micro-batch and a term, before any text is created. */
export type Candidate = { timed: TimedRun; fleet: LaidOut; term: Term; price: FleetPrice; hours: number };

/** Median wall hours of a run's steps under a term; undefined if interruptions prevent the run from finishing. */
export function stepHours({ time, spot }: TimedRun, term: Term): number | undefined {
  if (isRefusal(time.hours)) return undefined;
  return term === "spot" ? spot && time.hours.p50 * spot.wall.p50 : time.hours.p50;
}

/**
 * Keeps the fastest candidate per number of GPUs and term. The run's own micro-batch, and replicated rather than split
 * state, are preferred if the gain of the alternative is small. Of equal candidates, the first is kept, which splits
 * least. All others are rejected immediately, to limit memory.
 */
export function bestLayouts(
  rejected: Rejections,
  own: number,
): { add: (candidate: Candidate) => void; all: () => Candidate[] } {
  const best = new Map<string, Candidate>();
  const reject = (loser: Candidate, key: string): void => {
    const { hours } = loser;
    const why = (): string => {
      const { fleet, timed, term } = best.get(key)!;
      return `${formatNumber(hours)} h of steps, and ${formatNumber(best.get(key)!.hours)} with ${candidateText(fleet, timed.batch, term)} on the same GPUs`;
    };
    const { fleet, timed, term } = loser;
    rejected.add({ fleet, batches: [timed.batch], terms: [term], reason: "slower-layout", why });
  };
  return {
    add: (candidate) => {
      const { fleet, term } = candidate;
      const key = `${fleet.gpu.id} ${fleet.layout.gpuCount} ${term}`;
      const known = best.get(key);
      const wins = known === undefined || isBetter(candidate, known, own);
      if (wins) best.set(key, candidate);
      if (known !== undefined) reject(wins ? known : candidate, key);
    },
    all: () => [...best.values()],
  };
}

/**
 * Smallest gain for which a micro-batch other than the run's own is used; smaller gains are within the error of any
 * estimated speed.
 */
const BATCH_GAIN = 1.25;

/** Smallest gain for which state is split; replicated state is the simplest to run. */
const SPLIT_GAIN = 1.05;

function isBetter(candidate: Candidate, than: Candidate, own: number): boolean {
  const weighed = ({ hours, timed, fleet: { layout } }: Candidate): number => {
    const isSplit = layout.sharding !== "none" || layout.tensorParallel * layout.pipelineParallel > 1;
    return hours * (timed.batch.batchSequences === own ? 1 : BATCH_GAIN) * (isSplit ? SPLIT_GAIN : 1);
  };
  if (weighed(candidate) !== weighed(than)) return weighed(candidate) < weighed(than);
  return candidate.fleet === than.fleet && candidate.timed.batch.batchSequences > than.timed.batch.batchSequences;
}
