import { setTimeout as sleep } from "node:timers/promises";

import type { StartRequest, TrainingJob } from "../../domain/training-job.ts";
import { ENGINES } from "../../launch/engines/engines.ts";
import type { Store } from "../../store/open-store.ts";
import { findJob, showJob } from "./job-rows.ts";
import { type StartPlace, startTraining } from "./start-training.ts";
import { supervise } from "./supervise.ts";
import { ownInstance } from "./supervision-lease.ts";

/** Signal that ends the wait, and callbacks for progress. */
export type Watch = { signal: AbortSignal; log: (line: string) => void; onProgress: (job: TrainingJob) => void };

/** Starts a run without a server, and supervises it until it ends or the signal is received. */
export async function runTraining(
  store: Store,
  request: StartRequest,
  { place, watch }: { place: StartPlace; watch: Watch },
): Promise<TrainingJob> {
  const { id } = await startTraining(store, request, place);
  return watchTraining(store, id, { place, watch });
}

async function watchTraining(
  store: Store,
  id: string,
  { place, watch }: { place: Pick<StartPlace, "env" | "now" | "pricing">; watch: Watch },
): Promise<TrainingJob> {
  const { env, now, pricing } = place;
  await supervise(
    { store, instance: ownInstance(), env, engines: ENGINES, trackerUrl: undefined, now, pricing, log: watch.log },
    {
      signal: watch.signal,
      isDone: async () => {
        watch.onProgress(await showJob(store, id, now().getTime()));
        return (await findJob(store, id)).ended_ms !== null;
      },
    },
  );
  return showJob(store, id, now().getTime());
}

/** Polling interval for a job supervised by a server, ms. */
const LOOK_MS = 1000;

/** Waits for the end of a job that another process supervises. */
export async function awaitTraining(
  started: TrainingJob,
  look: () => Promise<TrainingJob>,
  { signal, onProgress }: Pick<Watch, "signal" | "onProgress">,
): Promise<TrainingJob> {
  let job = started;
  while (job.endedAt === null && !signal.aborted) {
    onProgress(job);
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    job = await look();
  }
  return job;
}
