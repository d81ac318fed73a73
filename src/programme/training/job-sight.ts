import * as z from "zod";

import type { TrainingFile } from "../../domain/training-job.ts";
import type { Progress } from "../../launch/engines/engine.ts";
import { attemptsMs, paidMs } from "../../launch/supervise/attempt-time.ts";
import type { GuardFacts } from "../../launch/supervise/budget-guard.ts";
import { type LossWatch, nextLoss } from "../../launch/supervise/divergence.ts";
import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";

type JobRow = Row<"jobs">;
type AttemptRow = Row<"job_attempts">;

/** Polling interval of jobs on an idle machine, ms. */
export const LOOK_MS = 500;

/** Longest interval between polls that a limit allows for, ms: a machine that slept is no slow one. */
const MAX_LOOK_MS = 10_000;

/** Number of latest polls by which the interval between them is measured: half a minute, since load comes in bursts. */
const PASSES = 64;

/** Latest polls of all jobs of a store by this process: the time of the last one, and the intervals before it. */
const passes = new WeakMap<Store, { lastMs: number; gapsMs: readonly number[] }>();

/** Notes that this process polls the jobs of a store now. */
export function notePass(store: Store, nowMs: number): void {
  const known = passes.get(store);
  const gapsMs = known === undefined ? [] : [...known.gapsMs, nowMs - known.lastMs].slice(-PASSES);
  passes.set(store, { lastMs: nowMs, gapsMs });
}

/**
 * Interval between polls that limits allow for: the second longest of the latest, because one may be the sleep of the
 * machine; at least that of an idle machine.
 */
export function lookMsOf(store: Store): number {
  const [, second = LOOK_MS] = (passes.get(store)?.gapsMs ?? []).toSorted((a, b) => b - a);
  return Math.min(MAX_LOOK_MS, Math.max(LOOK_MS, second));
}

/** Observations of a job that are stored between polls, so that the next supervisor has them too. */
const Sight = z.object({
  attempt: z.int().describe("Attempt that it was observed in"),
  step: z.int(),
  stepMs: z.number().nullable(),
  mean: z.number().optional(),
  best: z.number().optional(),
  high: z.int(),
});
type Sight = z.infer<typeof Sight>;

/** The last observation of a job; undefined before the first, or if it belongs to another attempt than requested. */
export function sightOf({ sight }: Pick<JobRow, "sight">, attempt?: number): Sight | undefined {
  if (sight === null) return undefined;
  const found = Sight.parse(JSON.parse(sight));
  return attempt === undefined || found.attempt === attempt ? found : undefined;
}

/** The observation after a new step: the time per step is the median of the latest. */
export function nextSight(before: Sight | undefined, attempt: number, progress: Progress): Sight {
  const losses: LossWatch = before ?? { high: 0 };
  const after = progress.loss === undefined ? losses : nextLoss(losses, progress.loss);
  return {
    attempt,
    step: progress.step,
    stepMs: stepMsOf(progress) ?? before?.stepMs ?? null,
    ...(after.mean === undefined ? {} : { mean: after.mean }),
    ...(after.best === undefined ? {} : { best: after.best }),
    high: after.high,
  };
}

/** Median time of the newest steps, ms; undefined before two were seen. */
export function stepMsOf({ recent = [] }: Progress): number | undefined {
  const times = recent
    .slice(1)
    .map(([step, ms], index) => (ms - recent[index]![1]) / Math.max(1, step - recent[index]![0]))
    .toSorted((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}

/** Input of the guard of a job's limits. */
export function guardFacts(
  spec: TrainingFile,
  look: { job: JobRow; attempts: readonly AttemptRow[]; nowMs: number; lookMs?: number },
): GuardFacts {
  const { job, attempts, nowMs, lookMs = LOOK_MS } = look;
  const { usdPerHour, maxUsd, maxHours, graceSec, maxSteps, saveSteps } = spec;
  return {
    usdPerHour,
    maxUsd,
    maxHours,
    spentMs: attemptsMs(attempts, nowMs),
    ...(usdPerHour === undefined ? {} : { paidMs: paidMs(attempts, { usdPerHour, nowMs }) }),
    graceMs: graceSec * 1000,
    lookMs,
    stepMs: sightOf(job)?.stepMs ?? undefined,
    step: job.step ?? 0,
    maxSteps,
    saveSteps,
  };
}

/** Time at which this process first saw an attempt at its current step, by store and job. */
const unchanged = new WeakMap<Store, Map<number, { key: string; sinceMs: number }>>();

/** Time without a new step, as observed by this process; unobserved time does not count as silence. */
export function silentMs(store: Store, job: JobRow, seen: { key: string; nowMs: number }): number {
  const jobs = unchanged.get(store) ?? new Map<number, { key: string; sinceMs: number }>();
  unchanged.set(store, jobs);
  const known = jobs.get(job.job_no);
  if (known?.key === seen.key) return Math.max(0, seen.nowMs - known.sinceMs);
  jobs.set(job.job_no, { key: seen.key, sinceMs: seen.nowMs });
  return 0;
}

/** Latest look of this process at a job, and the request to stop that it first saw. */
type Asked = { lookMs: number; asked?: { storedMs: number; sinceMs: number } };

const requests = new WeakMap<Store, Map<number, Asked>>();

/**
 * Time of the request to stop a job, by the clock of this process: that of the request may have jumped, or be the clock of
 * another process. A request that was not there at the last look is not older than that look, and one that no supervisor
 * has passed on yet is as old as this look: its trainer still gets the time to save a checkpoint.
 */
export function askedMs(store: Store, job: Pick<JobRow, "job_no" | "stop_asked_ms" | "state">, nowMs: number): number {
  const jobs = requests.get(store) ?? new Map<number, Asked>();
  requests.set(store, jobs);
  const known = jobs.get(job.job_no);
  const storedMs = job.stop_asked_ms;
  if (storedMs === null) {
    jobs.set(job.job_no, { lookMs: nowMs });
    return nowMs;
  }
  if (known?.asked?.storedMs === storedMs) return known.asked.sinceMs;
  const unknownMs = job.state === "stopping" ? nowMs - Math.abs(nowMs - storedMs) : nowMs;
  const earliestMs = known?.lookMs ?? unknownMs;
  const sinceMs = Math.min(nowMs, Math.max(earliestMs, storedMs));
  jobs.set(job.job_no, { lookMs: nowMs, asked: { storedMs, sinceMs } });
  return sinceMs;
}

const refusals = new WeakMap<Store, Map<number, { attempt: number; said: string }>>();

/** Notes the answer of a scheduler that took no process for an attempt; undefined once it took one. */
export function noteRefusal(
  store: Store,
  { job_no }: Pick<JobRow, "job_no">,
  { attempt, said }: { attempt: number; said: string | undefined },
): void {
  const jobs = refusals.get(store) ?? new Map<number, { attempt: number; said: string }>();
  refusals.set(store, jobs);
  if (said === undefined) jobs.delete(job_no);
  else jobs.set(job_no, { attempt, said });
}

/** Last answer of a scheduler that took no process for an attempt, if this process asked it. */
export function refusalOf(store: Store, { job_no }: Pick<JobRow, "job_no">, attempt: number): string | undefined {
  const known = refusals.get(store)?.get(job_no);
  return known?.attempt === attempt ? known.said : undefined;
}
