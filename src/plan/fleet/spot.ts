import { formatNumber } from "../../base/units.ts";
import type { Assumption } from "../../domain/assumption.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { SpotPlan } from "../../domain/fleet-search.ts";
import { pointRange } from "../../domain/point-range.ts";
import { multiplyRanges, type Range } from "../uncertainty/lognormal.ts";

/** Conditions of a run on interruptible machines: ranges of assumptions, or values stated by the user. */
export type SpotFacts = {
  interruptionsPerNodeHour: Range;
  /** Unbilled hours until new machines are available. */
  waitHours: number;
  /** Billed hours from the start of new machines to the first new step. */
  restartHours: number;
  /** Checkpoint write speed of one machine, GB per second. */
  writeGbPerSec: number;
};

/** The assumptions about spot machines, with the user's interruption rate if one is stated. */
export function spotFacts(find: (id: string) => Assumption, interruptionsPerNodeHour?: number): SpotFacts {
  const rate = interruptionsPerNodeHour;
  return {
    interruptionsPerNodeHour: rate === undefined ? find("spot.interruptions.per-node-hour") : pointRange(rate),
    waitHours: find("spot.wait.hours").p50,
    restartHours: find("spot.restart.hours").p50,
    writeGbPerSec: find("training.checkpoint.gb-per-sec").p50,
  };
}

/**
 * Optimal hours of work between two checkpoints: Young's square root of 2 × write × MTBF with Daly's higher-order
 * terms, or the MTBF itself if writing takes at least twice as long.
 *
 * @source Young 1974, doi:10.1145/361147.361115; Daly 2006, doi:10.1016/j.future.2004.11.016, eq. 37
 */
export function checkpointInterval(writeHours: number, mtbfHours: number): number {
  if (writeHours >= 2 * mtbfHours) return mtbfHours;
  const ratio = writeHours / (2 * mtbfHours);
  return Math.sqrt(2 * writeHours * mtbfHours) * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - writeHours;
}

/**
 * Ratio of billed to undisturbed hours with random interruptions: checkpoints, repeated work and restarts, each of
 * which can itself be interrupted. At least 1.
 *
 * @param work  hours of the undisturbed run
 * @source Daly 2006, doi:10.1016/j.future.2004.11.016, eq. 20: M e^(R/M) (e^((tau + C)/M) - 1) / tau
 */
export function interruptedFactor({
  work,
  write,
  restart,
  mtbf,
}: {
  work: number;
  write: number;
  restart: number;
  mtbf: number;
}): number {
  const interval = Math.min(work, checkpointInterval(write, mtbf));
  return (mtbf * Math.exp(restart / mtbf) * Math.expm1((interval + write) / mtbf)) / interval;
}

/** Slowdown above which a run on spot machines is refused. */
const MOST_TIMES = 100;

/** Slowdown of a run on spot machines, in billed and wall time, and its components. */
export type SpotFactors = Omit<SpotPlan, "basis"> & { billed: Range; wall: Range; nodes: number };

/**
 * Time and cost that interruptions add to a run; undefined if they are too frequent for it to progress. The rate is a
 * range, and everything else is the middle of its assumption, because the rate is by far the least certain.
 *
 * @param run median hours of the undisturbed run, machines that stop together, and gigabytes of a checkpoint
 */
export function spotFactors(
  run: { hours: number; nodes: number; checkpointGb: number },
  { interruptionsPerNodeHour: rate, waitHours, restartHours, writeGbPerSec }: SpotFacts,
): SpotFactors | undefined {
  const write = run.checkpointGb / writeGbPerSec / run.nodes / 3600;
  const timesAt = (perNodeHour: number): { billed: number; wall: number; mtbf: number } => {
    const mtbf = 1 / (perNodeHour * run.nodes);
    const billed = perNodeHour === 0 ? 1 : interruptedFactor({ work: run.hours, write, restart: restartHours, mtbf });
    return { billed, wall: billed * (1 + waitHours / mtbf), mtbf };
  };
  const [low, middle, high] = [timesAt(rate.p10), timesAt(rate.p50), timesAt(rate.p90)];
  if (!(high.wall <= MOST_TIMES)) return undefined;
  const interval = Math.min(run.hours, checkpointInterval(write, middle.mtbf));
  const interruptions = (run.hours * middle.billed) / middle.mtbf;
  return {
    interruptions,
    checkpointMinutes: interval * 60,
    billedFactor: middle.billed,
    wallFactor: middle.wall,
    billed: { p10: low.billed, p50: middle.billed, p90: high.billed },
    wall: { p10: low.wall, p50: middle.wall, p90: high.wall },
    nodes: run.nodes,
  };
}

/** Text of the assumptions behind the spot factors. */
export function spotBasis(
  { interruptions, checkpointMinutes, nodes }: SpotFactors,
  { interruptionsPerNodeHour: rate, restartHours, waitHours }: SpotFacts,
): string {
  const [middle, low, high] = [rate.p50, rate.p10, rate.p90].map((value) => formatNumber(value, 2));
  const rates = low === high ? middle : `${middle}, ${low}-${high}`;
  return `${formatNumber(interruptions, 2)} interruptions (${rates} per machine and hour, ${nodes} ${nodes === 1 ? "machine" : "machines"}), a checkpoint every ${formatNumber(checkpointMinutes, 2)} min by Young and Daly, ${formatNumber(restartHours * 60, 2)} min to restart, ${formatNumber(waitHours, 2)} h of unbilled waiting`;
}

/**
 * Hours on spot machines: those of an undisturbed run times a factor, as independent ranges. The text of the basis is
 * `spotBasis`.
 */
export function onSpot(hours: Quantity, factor: Range, basis: string): Quantity {
  if (isRefusal(hours)) return hours;
  return { ...hours, ...multiplyRanges(hours, factor), basis: `${hours.basis}; on spot: ${basis}` };
}
