import type { SkyJob, SkyRequest } from "../../../remote/sky-server.ts";
import type { AttemptSight, TrainerExit } from "../scheduler.ts";

/** Files that the wrapper wrote for an attempt. */
export type SkySeen = {
  /** Start of the trainer by the clock of its machine, ms; undefined if it has not started. */
  trainerMs: number | undefined;
  exit: TrainerExit | undefined;
};

/**
 * State of an attempt derived from its managed job, and whether to cancel the job because SkyPilot would otherwise
 * start it again.
 */
export type SkySight = { sight: AttemptSight; isToCancel: boolean };

const LIVE: Readonly<Record<string, AttemptSight["phase"]>> = {
  PENDING: "queued",
  SUBMITTED: "queued",
  STARTING: "starting",
  RUNNING: undefined,
  WINDING_DOWN: undefined,
  CANCELLING: undefined,
};

/**
 * State of an attempt derived from its request while there is no job yet: it is being prepared, or was rejected.
 *
 * @param request undefined if none was made
 */
export function skyRequestSight(request: SkyRequest | undefined, nowMs: number): AttemptSight {
  if (request === undefined || request === "unknown") return { isClaimed: false, isAlive: false, exit: undefined };
  if (request === "waits" || request === "succeeded") {
    return { isClaimed: true, isAlive: true, exit: undefined, phase: "queued" };
  }
  const error = request === "cancelled" ? "its request was cancelled" : request.error.message;
  return { isClaimed: true, isAlive: false, exit: { code: null, signal: null, error, endedMs: nowMs } };
}

/**
 * State of an attempt derived from its managed job. When a machine is lost, SkyPilot recovers by running the task again
 * on another one. A job that is recovering, or has recovered since the last look, is therefore cancelled, and the next
 * attempt replaces it.
 *
 * @source SkyPilot 0.14.1, `ManagedJobStatus`
 */
export function skySight(job: SkyJob, seen: SkySeen, nowMs: number): SkySight {
  const { exit } = seen;
  const startedMs = asMs(job.start_at);
  const endedMs = asMs(job.end_at);
  const { status } = job;
  if (status === "RECOVERING" || hasLostTrainer(job, seen)) {
    return {
      sight: { isClaimed: true, isAlive: false, exit, cut: "preempted", startedMs, endedMs: firstEndMs(job) },
      isToCancel: status === "RECOVERING" || status in LIVE,
    };
  }
  if (status in LIVE) {
    return {
      sight: { isClaimed: true, isAlive: true, exit: undefined, phase: LIVE[status], startedMs },
      isToCancel: false,
    };
  }
  const cut =
    status === "CANCELLED" && exit === undefined
      ? ("cancelled" as const)
      : status === "FAILED_CONTROLLER" && exit === undefined
        ? ("node-lost" as const)
        : undefined;
  const ended = exit ?? (cut === undefined ? failureOf(job, nowMs) : undefined);
  return { sight: { isClaimed: true, isAlive: false, exit: ended, cut, startedMs, endedMs }, isToCancel: false };
}

/** Whether the job has recovered since its trainer started: the trainer ended with its machine, unless it was done. */
function hasLostTrainer(
  { recovery_count: recoveries, last_recovered_at: recovered }: SkyJob,
  { trainerMs, exit }: SkySeen,
): boolean {
  if (!recoveries || typeof recovered !== "number" || trainerMs === undefined || exit?.code === 0) return false;
  return trainerMs < recovered * 1000;
}

/**
 * Time at which the first machine of a recovering job was found lost, ms; undefined if it is not known any more, so that
 * the last sign of life of the trainer counts.
 *
 * @source SkyPilot 0.14.1, sky/jobs/utils.py: `job_duration` of a recovering job is exact, that of others grows
 */
function firstEndMs({ status, start_at, job_duration, recovery_count }: SkyJob): number | undefined {
  const isFirst = status === "RECOVERING" && (recovery_count ?? 0) === 0;
  if (!isFirst || typeof start_at !== "number" || typeof job_duration !== "number") return undefined;
  return asMs(start_at + job_duration);
}

function failureOf({ status, failure_reason: reason }: SkyJob, nowMs: number): TrainerExit {
  const error = `SkyPilot reported ${status}${reason ? `: ${reason}` : " before the attempt started"}`;
  return { code: null, signal: null, error, endedMs: nowMs };
}

function asMs(seconds: number | null | undefined): number | undefined {
  return seconds === null || seconds === undefined ? undefined : Math.round(seconds * 1000);
}
