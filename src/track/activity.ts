import type { Db } from "../store/database.ts";
import { sendWithCommit } from "../store/last-statements.ts";
import type { Store } from "../store/open-store.ts";
import { run } from "../store/statement.ts";

/** An interval in which a run was alive, by the server's clock, milliseconds since 1970. */
export type ActivityInterval = { openedMs: number; lastMs: number; closedMs: number | null };

/** Opens an interval for a run that is created or resumed. */
export async function openActivity(db: Db, runNo: number, nowMs: number): Promise<void> {
  const opened = { run_no: runNo, opened_ms: nowMs, last_ms: nowMs, closed_ms: null, touches: 0 };
  await sendWithCommit(db, db.insertInto("activity").values(opened).execute());
}

const EXTEND =
  "update activity set last_ms = ?, touches = touches + 1 where run_no = ? and closed_ms is null and last_ms < ?";

/** Extends the open interval of a run, if there is one. A clock that jumps back has no effect. */
export async function extendActivity(db: Db, runNo: number, nowMs: number): Promise<void> {
  await sendWithCommit(db, run(db, EXTEND, [nowMs, runNo, nowMs]));
}

/** Closes the open interval of a run that has ended; later signs of life count. */
export async function closeActivity(db: Db, runNo: number, nowMs: number): Promise<void> {
  await extendActivity(db, runNo, nowMs);
  const open = db.updateTable("activity").where("run_no", "=", runNo).where("closed_ms", "is", null);
  await sendWithCommit(db, open.set((eb) => ({ closed_ms: eb.ref("last_ms") })).execute());
}

const CLOSE_AT =
  "update activity set last_ms = case when opened_ms > ? then opened_ms else ? end, " +
  "closed_ms = case when opened_ms > ? then opened_ms else ? end where run_no = ? and closed_ms is null";

/** Closes the open interval of a run whose end its machine reported: nothing that came later counts. */
export async function closeActivityAt(db: Db, runNo: number, endMs: number): Promise<void> {
  await sendWithCommit(db, run(db, CLOSE_AT, [endMs, endMs, endMs, endMs, runNo]));
}

/** Intervals of one run, oldest first. */
export async function activityOf({ db }: Pick<Store, "db">, runNo: number): Promise<ActivityInterval[]> {
  const rows = await db.selectFrom("activity").selectAll().where("run_no", "=", runNo).orderBy("activity_no").execute();
  return rows.map(({ opened_ms, last_ms, closed_ms }) => ({
    openedMs: opened_ms,
    lastMs: last_ms,
    closedMs: closed_ms,
  }));
}
