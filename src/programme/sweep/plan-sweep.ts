import { formatMoney, parseMoney } from "../../base/money.ts";
import { spread } from "../../base/quantile.ts";
import { counted } from "../../base/words.ts";
import { TrainingFile } from "../../domain/training-job.ts";
import type { SweepPlan } from "../../domain/sweep.ts";
import { expectedStarts, expectedSteps } from "../../launch/sweep/stopping/rungs.ts";
import { gridSize } from "../../launch/sweep/search/suggest.ts";
import type { Store } from "../../store/open-store.ts";
import { picoFor } from "../../launch/supervise/running-cost.ts";
import type { SweepFiles } from "./read-sweep-file.ts";
import { sightOf } from "../training/job-sight.ts";
import { rungsOf } from "./stopping-of.ts";

/** Warn if the first rung is below this share of a run with one decaying schedule. @source reference of TaskSet: 4 % loses the best trial one time in eight */
const EARLY_RUNG = 0.05;

/** Quantiles of times, ms. */
type Times = { p10: number; p50: number; p90: number };

/** Milliseconds per step, and those of a start, in earlier attempts; or estimated without a start, if there are none. */
export type StepTimes = Times & ({ n: number; start: Times } | { basis: string });

/** Plan of a sweep, and what its amount pays for. Nothing is written. */
export function planSweep({ spec, base }: SweepFiles, found: StepTimes | { unknown: string }): SweepPlan {
  const times = "unknown" in found ? undefined : found;
  const { maxSteps, usdPerHour } = base;
  const rungs = rungsOf(spec.stopping, base, spec.metric);
  const steps = rungs.length === 0 ? maxSteps : expectedSteps(rungs, maxSteps);
  const grid = gridSize(spec.search, spec.space);
  const costOf = (quantile: keyof Times): string => {
    const starts = spec.stopping.rule === "promote" ? expectedStarts(rungs, maxSteps) : 1;
    const startMs = times !== undefined && "start" in times ? times.start[quantile] : 0;
    return formatMoney(picoFor(usdPerHour!, starts * startMs + steps * times![quantile]));
  };
  const perTrial =
    times === undefined || usdPerHour === undefined
      ? null
      : { p10: costOf("p10"), p50: costOf("p50"), p90: costOf("p90") };
  const bought = (usd: string): number => Number(parseMoney(spec.maxUsd!) / maxOf(parseMoney(usd), 1n));
  const trialsForBudget =
    perTrial === null || spec.maxUsd === undefined
      ? null
      : { low: bought(perTrial.p90), middle: bought(perTrial.p50), high: bought(perTrial.p10) };
  // an estimate is no reason to try fewer settings: maxUsd ends the sweep
  const isMeasured = times !== undefined && "n" in times;
  const limits = [spec.trials, grid, isMeasured ? trialsForBudget?.high : undefined].filter(
    (limit) => limit !== undefined,
  );
  return {
    trials: limits.length === 0 ? null : Math.min(...limits),
    rungs,
    maxSteps,
    expectedSteps: steps,
    trialsForBudget,
    usdPerTrial: perTrial,
    reason: reasonOf(usdPerHour, found),
    warnings: warningsOf({ spec, base }, rungs),
  };
}

function reasonOf(usdPerHour: string | undefined, times: StepTimes | { unknown: string }): string {
  if (usdPerHour === undefined) return "the cost is unknown: the training file has no usdPerHour";
  if ("unknown" in times) {
    return `the cost is unknown until a run with this model and these shapes was measured (${times.unknown}): start the training file once with probeSteps; maxUsd caps the sweep meanwhile`;
  }
  if ("basis" in times) {
    return `estimated for ${times.basis}, at ${usdPerHour} USD per hour, without start-up, evaluation and checkpoints; the first trials measure it`;
  }
  return `from ${counted(times.n, "attempt")} with this model and these shapes, at ${usdPerHour} USD per hour`;
}

function warningsOf({ spec, base }: SweepFiles, rungs: readonly number[]): string[] {
  const [first] = rungs;
  const warnings: string[] = [];
  if (first === undefined) return warnings;
  if (base.schedule !== "constant" && spec.rungSchedule === "one") {
    warnings.push(
      `a trial at step ${first} of ${base.maxSteps} has had a high learning rate throughout (schedule ${base.schedule}); comparing trials at equal steps of one schedule can eliminate slow starters. rungSchedule: own gives each rung its own schedule, but restarts the trial at each rung`,
    );
  }
  if (first / base.maxSteps < EARLY_RUNG) {
    warnings.push(
      `the first rung is at ${((100 * first) / base.maxSteps).toFixed(0)} % of a run: good trials may be eliminated`,
    );
  }
  return warnings;
}

function maxOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** Fields that affect the time per step. */
const SHAPE = ["engine", "model", "device", "gpu", "batchSequences", "accumulationSteps", "sequenceTokens"] as const;

/** Times in stored attempts of the same model and shape that began from scratch; undefined if there are none. */
export async function measuredStepTimes({ db }: Pick<Store, "db">, base: TrainingFile): Promise<StepTimes | undefined> {
  const rows = await db
    .selectFrom("job_attempts")
    .innerJoin("jobs", "jobs.job_no", "job_attempts.job_no")
    .select(["jobs.spec", "jobs.sight", "attempt", "started_ms", "job_attempts.ended_ms", "last_step"])
    .where("job_attempts.ended_ms", "is not", null)
    .where("last_step", ">", 0)
    .where("resumed_from", "is", null)
    .orderBy("jobs.job_no", "desc")
    .orderBy("attempt", "desc")
    .limit(200)
    .execute();
  const found = rows.flatMap(({ spec, sight, attempt, started_ms, ended_ms, last_step }) => {
    const run = TrainingFile.parse(JSON.parse(spec));
    if (SHAPE.some((field) => run[field] !== base[field])) return [];
    const ms = ended_ms! - started_ms;
    const stepMs = sightOf({ sight }, attempt)?.stepMs ?? undefined;
    // without the time of its steps, that of its start is divided among them
    const perStep = stepMs ?? ms / last_step!;
    return [{ isTimed: stepMs !== undefined, stepMs: perStep, startMs: Math.max(0, ms - perStep * last_step!) }];
  });
  const timed = found.filter(({ isTimed }) => isTimed);
  const times = timed.length > 0 ? timed : found;
  if (times.length === 0) return undefined;
  // few attempts say little about the tails
  const widening = times.length < 5 ? 1.3 : 1;
  const widened = (values: readonly number[]): Times => {
    const { p10, p50, p90 } = spread(values);
    return { p10: p10 / widening, p50, p90: p90 * widening };
  };
  return {
    ...widened(times.map(({ stepMs }) => stepMs)),
    start: widened(times.map(({ startMs }) => startMs)),
    n: times.length,
  };
}
