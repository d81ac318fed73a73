import { join } from "node:path";

import * as z from "zod";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { Failure } from "../../../base/failure.ts";
import type { SlurmTarget } from "../../../domain/training-target.ts";
import { runCommand } from "../../../remote/run-command.ts";
import {
  signalSlurm,
  type SlurmCommands,
  slurmJob,
  slurmJobsNamed,
  submitToSlurm,
} from "../../../remote/slurm-jobs.ts";
import { runOverSsh } from "../../../remote/ssh-host.ts";
import { readExit, readJson } from "../attempt-files.ts";
import { NOT_CLAIMED, sightOrUnreachable } from "../contact.ts";
import type { PlacedAttempt, Scheduler } from "../scheduler.ts";
import { rsyncStaging, sharedStaging } from "../staging.ts";
import { slurmName, slurmScript } from "./submission.ts";
import { slurmSight } from "./states.ts";

const LOOK_MS = 5_000;

const Ticket = z.object({ jobId: z.string() });

/**
 * Slurm, used through its commands: one job per attempt. The commands run here, or on the host to which files are
 * copied.
 */
export function slurmScheduler(target: SlurmTarget): Scheduler {
  const { staging: by } = target;
  const run: SlurmCommands = by.by === "shared" ? runCommand : (argv, input) => runOverSsh(by, argv, input);
  const staging = by.by === "shared" ? sharedStaging : rsyncStaging(by, by.folder);
  return {
    lookMs: LOOK_MS,
    isHere: false,
    trackerUrl: target.tracker,
    check: () => check(run),
    submit: async (attempt, order, secrets) => {
      const command = await staging.send(attempt, order);
      if ((await ticketOf(attempt, run)) !== undefined) return;
      const script = slurmScript(attempt, { command, target, folder: staging.placeOf(attempt, attempt.folder) });
      await keepTicket(attempt, await submitToSlurm(script, secrets, run));
    },
    observe: (attempt) =>
      sightOrUnreachable(async () => {
        const jobId = await ticketOf(attempt, run);
        if (jobId === undefined) return NOT_CLAIMED;
        const job = await slurmJob(jobId, run);
        await staging.bringNews(attempt);
        const exit = await readExit(attempt.folder);
        // a job that is in neither the queue nor the accounting does not run: the wrapper's files are the only
        // information
        return job === undefined ? { ...NOT_CLAIMED, isClaimed: true, exit } : slurmSight(job, exit, Date.now());
      }),
    signal: async (attempt, signal) => {
      const jobId = await ticketOf(attempt, run);
      const job = jobId === undefined ? undefined : await slurmJob(jobId, run);
      if (job === undefined) return false;
      // a pending job has no process that could catch a signal
      const isAsked = signal === "SIGTERM" && job.state !== "PENDING";
      await signalSlurm(job.id, isAsked ? "SIGTERM" : undefined, run);
      return true;
    },
    collect: (attempt) => staging.bringAll(attempt),
  };
}

/** Id of the attempt's job, as recorded or, if a submission was interrupted, found by its name. */
async function ticketOf(attempt: PlacedAttempt, run: SlurmCommands): Promise<string | undefined> {
  const kept = await readJson(join(attempt.folder, "slurm.json"), Ticket);
  if (kept !== undefined) return kept.jobId;
  const [found] = await slurmJobsNamed(slurmName(attempt), run);
  if (found !== undefined) await keepTicket(attempt, found);
  return found;
}

function keepTicket({ folder }: PlacedAttempt, jobId: string): Promise<void> {
  return atomicWrite(join(folder, "slurm.json"), JSON.stringify({ jobId }));
}

async function check(run: SlurmCommands): ReturnType<Scheduler["check"]> {
  const fix = "sinfo must list a partition: start the supervisor on a login node, or stage by rsync to one";
  try {
    const { code, stdout, stderr } = await run(["sinfo", "--noheader", "--format=%P %D %t"]);
    const detail = (code === 0 ? stdout : stderr).trim().split("\n").join("; ");
    return [{ check: "slurm", ok: code === 0, detail, fix: code === 0 ? null : fix }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ check: "slurm", ok: false, detail: error.message, fix }];
  }
}
