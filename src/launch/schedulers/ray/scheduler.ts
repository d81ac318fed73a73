import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import type { RayTarget } from "../../../domain/training-target.ts";
import { rayJobs } from "../../../remote/ray-jobs.ts";
import { readExit, readProcess } from "../attempt-files.ts";
import { refuseSecrets, sightOrUnreachable } from "../contact.ts";
import type { Scheduler } from "../scheduler.ts";
import { stagingOf } from "../s3-staging.ts";
import { rayId, raySubmission } from "./submission.ts";
import { raySight } from "./states.ts";

const LOOK_MS = 3_000;

/**
 * A Ray cluster, used through its jobs API: one job per attempt. Its nodes see the job's folder under the same path.
 */
export function rayScheduler(target: RayTarget, env: Context["env"]): Scheduler {
  const jobs = rayJobs(target.address);
  const staging = stagingOf(target.staging, env);
  return {
    lookMs: LOOK_MS,
    isHere: false,
    check: () => check(target),
    submit: async (attempt, order, secrets) => {
      refuseSecrets(secrets, "Ray shows the environment of a job to everyone");
      await jobs.submit(raySubmission(attempt, await staging.send(attempt, order), target));
    },
    observe: (attempt) =>
      sightOrUnreachable(async () => {
        const job = await jobs.job(rayId(attempt));
        await staging.bringNews(attempt);
        const isClaimed = (await readProcess(attempt.folder, "wrapper")) !== undefined;
        return raySight(job, { isClaimed, exit: await readExit(attempt.folder) }, Date.now());
      }),
    // Ray waits 3 s between SIGTERM and SIGKILL, which is too short for a checkpoint, so the wrapper is asked through a
    // file
    signal: async (attempt, signal) => {
      const job = await jobs.job(rayId(attempt));
      if (job === undefined || (job.status !== "RUNNING" && job.status !== "PENDING")) return false;
      if (signal === "SIGTERM" && job.status === "RUNNING") await staging.askStop(attempt);
      else await jobs.stop(rayId(attempt));
      return true;
    },
    collect: (attempt) => staging.bringAll(attempt),
  };
}

async function check({ address }: RayTarget): ReturnType<Scheduler["check"]> {
  try {
    const version = await rayJobs(address).version();
    return [{ check: "ray", ok: true, detail: `Ray ${version} at ${address}`, fix: null }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [
      { check: "ray", ok: false, detail: error.message, fix: "install ray[default] and start Ray with its dashboard" },
    ];
  }
}
