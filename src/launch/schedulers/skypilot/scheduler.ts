import { join } from "node:path";

import * as z from "zod";

import { atomicWrite } from "../../../base/atomic-write.ts";
import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import type { SkyTarget } from "../../../domain/training-target.ts";
import { skyServer } from "../../../remote/sky-server.ts";
import { readExit, readJson, readProcess } from "../attempt-files.ts";
import { refuseSecrets, sightOrUnreachable } from "../contact.ts";
import type { AttemptSight, PlacedAttempt, Scheduler } from "../scheduler.ts";
import { stagingOf } from "../s3-staging.ts";
import { skyRequestSight, skySight } from "./states.ts";
import { skyName, skyTask } from "./submission.ts";

const LOOK_MS = 15_000;

const Ticket = z.object({ requestId: z.string() });

/** SkyPilot, through its API server: one managed job per attempt. Its machines mount the volume with our files. */
export function skyScheduler(target: SkyTarget, env: Context["env"]): Scheduler {
  const server = skyServer(target.address);
  const staging = stagingOf(target.staging, env);
  const observe = async (attempt: PlacedAttempt): Promise<AttemptSight> => {
    const [job] = await server.jobsNamed(skyName(attempt));
    if (job === undefined) {
      const ticket = await readJson(join(attempt.folder, "skypilot.json"), Ticket);
      return skyRequestSight(ticket && (await server.request(ticket.requestId)), Date.now());
    }
    await staging.bringNews(attempt);
    const trainerMs = (await readProcess(attempt.folder, "trainer"))?.startedMs;
    const { sight, isToCancel } = skySight(job, { trainerMs, exit: await readExit(attempt.folder) }, Date.now());
    if (isToCancel) await server.cancel(job.job_id);
    return sight;
  };
  return {
    lookMs: LOOK_MS,
    isHere: false,
    check: () => check(target),
    submit: async (attempt, order, secrets) => {
      refuseSecrets(secrets, "the SkyPilot server stores every task that it receives");
      const command = await staging.send(attempt, order);
      if ((await observe(attempt)).isClaimed) return;
      const requestId = await server.launch(skyTask(attempt, command, target), skyName(attempt));
      await atomicWrite(join(attempt.folder, "skypilot.json"), JSON.stringify({ requestId }));
    },
    observe: (attempt) => sightOrUnreachable(() => observe(attempt)),
    signal: async (attempt, signal) => {
      const [job] = await server.jobsNamed(skyName(attempt));
      if (job === undefined) return false;
      if (signal === "SIGTERM" && job.status === "RUNNING") await staging.askStop(attempt);
      else await server.cancel(job.job_id);
      return true;
    },
    collect: (attempt) => staging.bringAll(attempt),
  };
}

async function check(target: SkyTarget): ReturnType<Scheduler["check"]> {
  const server = skyServer(target.address);
  try {
    const version = await server.version();
    await server.validate(skyTask({ id: "check-1" }, ["true"], target));
    return [{ check: "skypilot", ok: true, detail: `SkyPilot ${version} accepts the task`, fix: null }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [
      {
        check: "skypilot",
        ok: false,
        detail: error.message,
        fix: error.hint ?? "correct the resources and volumes of the target",
      },
    ];
  }
}
