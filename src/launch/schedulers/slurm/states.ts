import { isEnded, type SlurmJob } from "../../../remote/slurm-jobs.ts";
import type { AttemptSight, Cut, TrainerExit } from "../scheduler.ts";

/** Reason why Slurm ended a job, by job state. @source squeue(1), job state codes */
const CUTS: Readonly<Record<string, Cut>> = {
  PREEMPTED: "preempted",
  REQUEUED: "preempted",
  TIMEOUT: "time-limit",
  DEADLINE: "time-limit",
  OUT_OF_MEMORY: "host-memory",
  NODE_FAIL: "node-lost",
  BOOT_FAIL: "node-lost",
  REVOKED: "node-lost",
  CANCELLED: "cancelled",
};

/**
 * State of an attempt derived from its Slurm job. The end of the trainer is taken from our wrapper, because Slurm
 * reports COMPLETED 0:0 for a job that saved a checkpoint and ended early.
 *
 * @param seen output of the wrapper
 */
export function slurmSight(job: SlurmJob, seen: TrainerExit | undefined, nowMs: number): AttemptSight {
  const { state, startedMs, endedMs } = job;
  const times = { startedMs, endedMs };
  if (!isEnded(state)) {
    const phase = state === "PENDING" ? "queued" : state === "CONFIGURING" ? "starting" : undefined;
    return { isClaimed: true, isAlive: true, exit: undefined, phase, ...times };
  }
  const cut = CUTS[state];
  return { isClaimed: true, isAlive: false, exit: seen ?? exitOf(job, nowMs), cut, ...times };
}

function exitOf({ state, exit, endedMs, reason }: SlurmJob, nowMs: number): TrainerExit | undefined {
  if (exit === undefined || state in CUTS) return undefined;
  const { code, signal } = exit;
  // a script that succeeded without any output of the wrapper did not run anything
  const error = code === 0 && signal === 0 ? `Slurm reported ${state} (${reason}) before the attempt started` : null;
  return {
    code: signal === 0 ? code : null,
    signal: signal === 0 ? null : `signal ${signal}`,
    error,
    endedMs: endedMs ?? nowMs,
  };
}
