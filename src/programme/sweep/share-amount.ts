import { existsSync } from "node:fs";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { LIMIT_FILE } from "../../launch/schedulers/attempt-files.ts";
import { EXIT_MS } from "../../launch/supervise/budget-guard.ts";
import { msFor } from "../../launch/supervise/running-cost.ts";
import type { Store } from "../../store/open-store.ts";
import { isBusy } from "./begin-trials.ts";
import type { Prepared } from "./prepared-sweep.ts";
import type { SweepLook } from "./sweep-look.ts";

/** Smallest change of a limit that is written, ms. */
const CHANGE_MS = 250;

/** Limits that this process last wrote, by attempt. */
const written = new WeakMap<Store, Map<string, number>>();

/**
 * Divides what is left of the amount between the trials that run: each attempt on this machine gets the time at which its
 * wrapper ends it. Together they keep the amount, however late the next look comes.
 */
export async function shareAmount(look: SweepLook): Promise<void> {
  const { supervisor, sweep, spec, base, trials, jobs, times, spentMs } = look;
  const { target } = JSON.parse(sweep.prepared) as Prepared;
  const isHere = (target?.target.scheduler ?? "local") === "local";
  if (!isHere || spec.maxUsd === undefined || base.usdPerHour === undefined) return;
  const known = written.get(supervisor.store) ?? new Map<string, number>();
  written.set(supervisor.store, known);
  const busy = trials.filter((trial) => isBusy(look, trial)).length;
  const shareMs = (msFor(base.usdPerHour, spec.maxUsd) - spentMs) / Math.max(1, busy) - EXIT_MS;
  for (const [id, { attempts, openMs }] of times) {
    const job = jobs.get(id);
    if (job === undefined || openMs === undefined) continue;
    const folder = join(job.folder, "attempts", String(attempts));
    if (!existsSync(folder)) continue; // not started, or moved
    const runMs = Math.max(0, Math.floor(openMs + shareMs));
    const key = `${id} ${attempts}`;
    if (Math.abs(runMs - (known.get(key) ?? Number.POSITIVE_INFINITY)) < CHANGE_MS) continue;
    await atomicWrite(join(folder, LIMIT_FILE), JSON.stringify({ runMs }));
    known.set(key, runMs);
  }
}
