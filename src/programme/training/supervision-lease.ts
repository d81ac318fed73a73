import { hostname } from "node:os";

import { isProcessAlive, processFacts } from "../../base/process-alive.ts";
import type { Store } from "../../store/open-store.ts";

/** Silence after which a supervisor on another machine is considered gone, ms. */
const SILENT_MS = 30_000;

/** Id of the single lease row. */
const NAME = "training";

/** Unique identity of this process among all supervisors: host, pid, start of the process. */
export function ownInstance(): string {
  return `${hostname()} ${process.pid} ${processFacts(process.pid)?.started ?? ""}`;
}

/**
 * Takes or keeps the lease: only one process starts and stops the jobs of a database. The lease of a dead process on
 * this machine is taken immediately, that of another machine after a period of silence.
 *
 * @returns false if another process has it
 */
export async function holdSupervision(store: Store, instance: string, nowMs: number): Promise<boolean> {
  return store.write(async (db) => {
    const held = await db.selectFrom("supervisors").selectAll().where("name", "=", NAME).executeTakeFirst();
    if (held !== undefined && held.instance !== instance && isHolding(held, nowMs)) return false;
    await db
      .insertInto("supervisors")
      .values({ name: NAME, instance, beat_ms: nowMs })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ instance, beat_ms: nowMs }))
      .execute();
    return true;
  });
}

function isHolding({ instance, beat_ms }: { instance: string; beat_ms: number }, nowMs: number): boolean {
  const [host, pid, started] = instance.split(" ");
  if (host !== hostname()) return Math.abs(nowMs - beat_ms) < SILENT_MS;
  if (!isProcessAlive(Number(pid))) return false;
  return started === "" || (processFacts(Number(pid))?.started ?? started) === started;
}
