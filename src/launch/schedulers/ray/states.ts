import type { RayJob } from "../../../remote/ray-jobs.ts";
import type { AttemptSight, TrainerExit } from "../scheduler.ts";

/** Files that the wrapper wrote for an attempt. */
export type RaySeen = { isClaimed: boolean; exit: TrainerExit | undefined };

/**
 * State of an attempt derived from its Ray job. The end of the trainer is taken from our wrapper, because Ray reports
 * STOPPED regardless of the exit status. A job that ran and is no longer known was lost with its cluster.
 */
export function raySight(job: RayJob | undefined, { isClaimed, exit }: RaySeen, nowMs: number): AttemptSight {
  if (job === undefined) {
    return {
      isClaimed,
      isAlive: false,
      exit,
      ...(isClaimed && exit === undefined ? { cut: "node-lost" as const } : {}),
    };
  }
  const startedMs = job.start_time ?? undefined;
  const endedMs = job.end_time ?? undefined;
  if (job.status === "PENDING") return { isClaimed: true, isAlive: true, exit: undefined, phase: "queued" };
  if (job.status === "RUNNING") return { isClaimed: true, isAlive: true, exit: undefined, startedMs };
  const cut = job.status === "STOPPED" && exit === undefined ? ("cancelled" as const) : undefined;
  return { isClaimed: true, isAlive: false, exit: exit ?? exitOf(job, nowMs), cut, startedMs, endedMs };
}

function exitOf({ status, driver_exit_code: code, message, end_time }: RayJob, nowMs: number): TrainerExit | undefined {
  if (status === "STOPPED") return undefined;
  const endedMs = end_time ?? nowMs;
  if (code !== undefined && code !== null && code !== 0) return { code, signal: null, error: null, endedMs };
  const said = message?.trim().split("\n").at(-1) ?? status;
  return { code: null, signal: null, error: `Ray reported ${status} before the attempt started: ${said}`, endedMs };
}
