import type { Store } from "../../src/store/open-store.ts";
import { closeActivity, extendActivity, openActivity } from "../../src/track/activity.ts";

/** A run as a test wants it: its intervals as [opened, last seen, has ended], ms since 1970. */
export type MadeRun = {
  id: string;
  tags?: Readonly<Record<string, string>>;
  intervals: readonly (readonly [openedMs: number, lastMs: number, hasEnded: boolean])[];
};

/** Price per hour by tag. */
export function hourly(usd: string): Record<string, string> {
  return { "tunewright.usd_per_hour": usd };
}

/** Writes a run with its activity, as the server would have seen it; its number. */
export async function makeRun(store: Store, { id, tags = {}, intervals }: MadeRun): Promise<number> {
  return store.write(async (db) => {
    const isEnded = intervals.every(([, , hasEnded]) => hasEnded);
    const row = {
      run_id: id,
      experiment_id: 0,
      name: id.slice(0, 8),
      user_id: "",
      status: isEnded ? "FINISHED" : "RUNNING",
      start_ms: intervals[0]?.[0] ?? 0,
      end_ms: null,
      lifecycle_stage: "active" as const,
      deleted_ms: null,
    };
    const { run_no } = await db.insertInto("runs").values(row).returning("run_no").executeTakeFirstOrThrow();
    for (const [key, value] of Object.entries(tags)) await setTag(store, run_no, { key, value, db });
    for (const [openedMs, lastMs, hasEnded] of intervals) {
      await openActivity(db, run_no, openedMs);
      await extendActivity(db, run_no, lastMs);
      if (hasEnded) await closeActivity(db, run_no, lastMs);
    }
    return run_no;
  });
}

/** Sets a tag of a run anew. */
export async function setTag(
  store: Store,
  run_no: number,
  { key, value, db }: { key: string; value: string; db?: Store["db"] },
): Promise<void> {
  const set = async (inside: Store["db"]): Promise<void> => {
    await inside.deleteFrom("run_tags").where("run_no", "=", run_no).where("key", "=", key).execute();
    await inside.insertInto("run_tags").values({ run_no, key, value }).execute();
  };
  await (db === undefined ? store.write(set) : set(db));
}
