import { formatNumber } from "../../base/units.ts";
import type { Assumption } from "../../domain/assumption.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { SpotPlan } from "../../domain/fleet-search.ts";
import { pointRange } from "../../domain/point-range.ts";
import { multiplyRanges, type Range } from "../uncertainty/lognormal.ts";

/** What a run on interruptible machines meets; ranges of assumptions, or what the user states. */
export type SpotFacts = {
  interruptionsPerNodeHour: Range;
  /** Hours until there are new machines, not billed. */
  waitHours: number;
  /** Billed hours from new machines to the first new step. */
  restartHours: number;
  /** What one machine writes of a checkpoint, GB per second. */
  writeGbPerSec: number;
};

/** The assumptions about spot machines, with the user's own rate of interruptions in place of theirs. */
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
 * Hours of work between two checkpoints that cost a run the least: Young's square root of 2 × write × MTBF with the
 * higher-order terms of Daly; the MTBF itself where writing takes twice as long.
 *
 * @source Young 1974, doi:10.1145/361147.361115; Daly 2006, doi:10.1016/j.future.2004.11.016, eq. 37
 */
export function checkpointInterval(writeHours: number, mtbfHours: number): number {
  if (writeHours >= 2 * mtbfHours) return mtbfHours;
  const ratio = writeHours / (2 * mtbfHours);
  return Math.sqrt(2 * writeHours * mtbfHours) * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - writeHours;
}

/**
 * Billed hours over undisturbed ones, where interruptions come at random: written checkpoints, repeated work and
 * restarts, with an interruption possible in each of them. Never below 1.
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

/** Times longer than undisturbed above which a run on spot machines is not a plan. */
const MOST_TIMES = 100;

/** How many times longer a run on spot machines takes, billed and by the clock, and what that is made of. */
export type SpotFactors = Omit<SpotPlan, "basis"> & { billed: Range; wall: Range; nodes: number };

/**
 * What interruptions add to a run; undefined where they come faster than it gets on. The rate is a range, all else the
 * middle of its assumption: the rate is the least known by far.
 *
 * @param run  median hours of the undisturbed run, machines that stop together, and gigabytes of a checkpoint
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

/** What the factors of spot machines rest on, in words. */
export function spotBasis(
  { interruptions, checkpointMinutes, nodes }: SpotFactors,
  { interruptionsPerNodeHour: rate, restartHours, waitHours }: SpotFacts,
): string {
  const [middle, low, high] = [rate.p50, rate.p10, rate.p90].map((value) => formatNumber(value, 2));
  const rates = low === high ? middle : `${middle}, ${low}-${high}`;
  return `${formatNumber(interruptions, 2)} interruptions (${rates} per machine and hour, ${nodes} ${nodes === 1 ? "machine" : "machines"}), a checkpoint every ${formatNumber(checkpointMinutes, 2)} min by Young and Daly, ${formatNumber(restartHours * 60, 2)} min to restart, ${formatNumber(waitHours, 2)} h of unbilled waiting`;
}

/** Hours on spot machines: those of an undisturbed run times a factor, as independent ranges; the basis in words is `spotBasis`. */
export function onSpot(hours: Quantity, factor: Range, basis: string): Quantity {
  if (isRefusal(hours)) return hours;
  return { ...hours, ...multiplyRanges(hours, factor), basis: `${hours.basis}; on spot: ${basis}` };
}
