import { setTimeout as sleep } from "node:timers/promises";

import type { Sweep, SweepRequest } from "../../domain/sweep.ts";
import { ENGINES } from "../../launch/engines/engines.ts";
import type { Store } from "../../store/open-store.ts";
import type { Pricing } from "../money/pricing.ts";
import type { StartPlace } from "../training/start-training.ts";
import { openJobs } from "../training/job-rows.ts";
import { supervise, type Supervisor } from "../training/supervise.ts";
import { ownInstance } from "../training/supervision-lease.ts";
import { advanceSweeps } from "./advance-sweep.ts";
import { startSweep } from "./start-sweep.ts";
import { findSweep, openSweeps, showSweep } from "./sweep-rows.ts";

/** Signal that ends the wait, and callbacks for progress. */
export type SweepWatch = { signal: AbortSignal; log: (line: string) => void; onProgress: (sweep: Sweep) => void };

/** Starts a sweep without a server, and supervises it until it ends or the signal is received. */
export async function runSweep(
  store: Store,
  request: SweepRequest,
  { place, watch }: { place: StartPlace; watch: SweepWatch },
): Promise<Sweep> {
  const { id } = await startSweep(store, request, place);
  return watchSweep(store, id, { place, watch });
}

/** Polling interval for a sweep supervised by a server, ms. */
const LOOK_MS = 1000;

/** Waits for the end of a sweep that a server supervises. */
export async function awaitSweep(
  started: Sweep,
  look: () => Promise<Sweep>,
  { signal, onProgress }: Pick<SweepWatch, "signal" | "onProgress">,
): Promise<Sweep> {
  let sweep = started;
  while (sweep.endedAt === null && !signal.aborted) {
    onProgress(sweep);
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    sweep = await look();
  }
  return sweep;
}

/** Supervises a sweep until it ends or the signal is received. */
async function watchSweep(
  store: Store,
  id: string,
  { place, watch }: { place: Pick<StartPlace, "env" | "now" | "pricing">; watch: SweepWatch },
): Promise<Sweep> {
  const { env, now } = place;
  await superviseAll(
    { store, instance: ownInstance(), env, engines: ENGINES, trackerUrl: undefined, now, log: watch.log },
    {
      pricing: place.pricing,
      signal: watch.signal,
      isDone: async () => {
        watch.onProgress(await showSweep(store, id, now().getTime()));
        const { ended_ms } = await findSweep(store, id);
        return ended_ms !== null && (await openJobs(store)).length === 0;
      },
    },
  );
  return showSweep(store, id, now().getTime());
}

/** Supervises jobs and sweeps until the signal is received or `isDone` returns true. */
export async function superviseAll(
  supervisor: Supervisor,
  { pricing, signal, isDone }: { pricing: Pricing; signal: AbortSignal; isDone?: () => Promise<boolean> },
): Promise<void> {
  await supervise(
    { ...supervisor, pricing },
    {
      signal,
      also: (worker) => advanceSweeps(worker, pricing),
      ...(isDone === undefined ? {} : { isDone }),
    },
  );
}

/**
 * Supervises the jobs and sweeps of a folder without a server until none is left, for example after a supervisor was
 * killed.
 */
export async function superviseFolder(
  store: Store,
  { place, watch }: { place: Pick<StartPlace, "env" | "now" | "pricing">; watch: Pick<SweepWatch, "signal" | "log"> },
): Promise<void> {
  const { env, now, pricing } = place;
  await superviseAll(
    { store, instance: ownInstance(), env, engines: ENGINES, trackerUrl: undefined, now, log: watch.log },
    {
      pricing,
      signal: watch.signal,
      isDone: async () => (await openJobs(store)).length + (await openSweeps(store)).length === 0,
    },
  );
}
