import * as z from "zod";

import type { AttemptSight, TrainerExit } from "../scheduler.ts";

/** Fields that are read from a TrainJob. @source CRD of Kubeflow Trainer v2.3, `status` */
export const TrainJobStatus = z.object({
  conditions: z
    .array(
      z.object({
        type: z.string(),
        status: z.string(),
        reason: z.string(),
        message: z.string(),
        lastTransitionTime: z.string().optional(),
      }),
    )
    .default([]),
  jobsStatus: z.array(z.object({ active: z.int() })).default([]),
});
export type TrainJobStatus = z.infer<typeof TrainJobStatus>;

/** Files that the wrapper wrote for an attempt. */
export type PodSeen = { startedMs: number | undefined; exit: TrainerExit | undefined };

/**
 * State of an attempt derived from its TrainJob, and whether to delete the TrainJob because Kubernetes would otherwise
 * start it again.
 */
export type TrainJobSight = { sight: AttemptSight; isToDelete: boolean };

/**
 * Determines the state of an attempt from its TrainJob. Kueue preempts a job by suspending it, and would later start
 * its pods again from the beginning. A job that was suspended after its start is therefore deleted as soon as its pods
 * no longer exist, and the next attempt replaces it.
 *
 * @param status undefined if there is no such TrainJob
 */
export function trainJobSight(
  status: TrainJobStatus | undefined,
  { startedMs, exit }: PodSeen,
  nowMs: number,
): TrainJobSight {
  const isClaimed = startedMs !== undefined;
  if (status === undefined) {
    const cut = isClaimed && exit === undefined ? ("node-lost" as const) : undefined;
    return { sight: { isClaimed, isAlive: false, exit, startedMs, cut }, isToDelete: false };
  }
  const isTrue = (type: string): boolean =>
    status.conditions.some((condition) => condition.type === type && condition.status === "True");
  const sinceMs = (type: string): number => {
    const found = status.conditions.find((condition) => condition.type === type && condition.status === "True");
    const ms = Date.parse(found?.lastTransitionTime ?? "");
    return Number.isNaN(ms) ? nowMs : ms;
  };
  if (isTrue("Complete") || isTrue("Failed")) {
    const ended = exit ?? failureOf(status, sinceMs(isTrue("Failed") ? "Failed" : "Complete"));
    return { sight: { isClaimed: true, isAlive: false, exit: ended, startedMs }, isToDelete: false };
  }
  const active = status.jobsStatus.reduce((sum, job) => sum + job.active, 0);
  if (isTrue("Suspended") && isClaimed && active === 0) {
    const endedMs = exit?.endedMs ?? sinceMs("Suspended");
    return { sight: { isClaimed: true, isAlive: false, exit, startedMs, endedMs, cut: "preempted" }, isToDelete: true };
  }
  const phase = isClaimed ? undefined : active > 0 ? ("starting" as const) : ("queued" as const);
  return { sight: { isClaimed: true, isAlive: true, exit: undefined, startedMs, phase }, isToDelete: false };
}

function failureOf({ conditions }: TrainJobStatus, endedMs: number): TrainerExit {
  const failed = conditions.find(({ type, status }) => type === "Failed" && status === "True");
  const said =
    failed === undefined ? "the TrainJob completed without running the attempt" : `${failed.reason}: ${failed.message}`;
  return { code: null, signal: null, error: said, endedMs };
}
