import { Failure } from "../../base/failure.ts";
import {
  AlarmMark,
  type MarkRequest,
  type RecordCheckRequest,
  type RecordedCheck,
  type WatchAlarm,
  WatchCheck,
} from "../../domain/watch-check.ts";
import type { ForgetRecords } from "../../domain/watch-forget.ts";
import type { Store } from "../../store/open-store.ts";

/**
 * Records a check and each new alarm. A known alarm keeps the day on which it was raised; its size and state are those
 * of the check.
 */
export async function recordCheck(store: Store, { programme, check }: RecordCheckRequest): Promise<RecordedCheck> {
  const checkedMs = Date.parse(check.checkedAt);
  const raised = await store.write(async (db) => {
    const known = await db
      .selectFrom("watch_alarms")
      .select("alarm_id")
      .where("programme", "=", programme)
      .orderBy("alarm_id")
      .execute();
    const ids = new Set(known.map(({ alarm_id }) => alarm_id));
    const fresh = check.alarms.filter(({ id }) => !ids.has(id));
    for (const alarm of check.alarms) {
      const row = {
        programme,
        alarm_id: alarm.id,
        watch: check.watch,
        raised_ms: checkedMs,
        alarm: JSON.stringify(alarm),
      };
      await db
        .insertInto("watch_alarms")
        .values(row)
        .onConflict((conflict) => conflict.columns(["programme", "alarm_id"]).doUpdateSet({ alarm: row.alarm }))
        .execute();
    }
    const { alarms: _, ...rest } = check;
    await db
      .insertInto("watch_checks")
      .values({
        programme,
        watch: check.watch,
        definition: check.definition,
        checked_ms: checkedMs,
        result: JSON.stringify(rest),
      })
      .execute();
    return fresh.map(({ id }) => id);
  });
  return { check: withMarks(check, await marksOf(store, programme)), raised };
}

/** The last check of every monitor, or of one by name, with its alarms and the decisions about them. */
export async function lastChecks(store: Store, programme: string, name?: string): Promise<WatchCheck[]> {
  const rows = await store.db
    .selectFrom("watch_checks")
    .select(["watch", "result"])
    .where("programme", "=", programme)
    .where("check_no", "in", (query) =>
      query
        .selectFrom("watch_checks")
        .select(({ fn }) => fn.max("check_no").as("last"))
        .where("programme", "=", programme)
        .groupBy("watch"),
    )
    .orderBy("watch")
    .execute();
  const marks = await marksOf(store, programme);
  const alarms = await store.db
    .selectFrom("watch_alarms")
    .select(["watch", "alarm"])
    .where("programme", "=", programme)
    .orderBy("raised_ms", "desc")
    .orderBy("alarm_id")
    .execute();
  return rows
    .filter(({ watch }) => name === undefined || watch === name)
    .map(({ watch, result }) => {
      const rest = JSON.parse(result) as Omit<WatchCheck, "marks" | "alarms">;
      const own = alarms
        .filter((row) => row.watch === watch)
        .map(({ alarm }) => JSON.parse(alarm) as WatchAlarm)
        .filter(({ definition }) => definition === rest.definition);
      return WatchCheck.parse(withMarks({ ...rest, alarms: own }, marks));
    });
}

/** Decisions about alarms, newest first. */
async function marksOf({ db }: Store, programme: string): Promise<AlarmMark[]> {
  const rows = await db
    .selectFrom("watch_marks")
    .selectAll()
    .where("programme", "=", programme)
    .orderBy("mark_no", "desc")
    .execute();
  return rows.map((row) =>
    AlarmMark.parse({
      kind: row.kind,
      alarm: row.alarm_id,
      reason: row.reason,
      until: row.until_day,
      at: new Date(row.marked_ms).toISOString(),
    }),
  );
}

/** Acknowledges or mutes an alarm, recorded with the reason. @throws Failure not_found if no alarm has the id */
export async function markAlarm(store: Store, request: MarkRequest, nowMs: number): Promise<AlarmMark> {
  const { programme, ...mark } = request;
  const found = await store.db
    .selectFrom("watch_alarms")
    .select("alarm_id")
    .where("programme", "=", programme)
    .where("alarm_id", "=", mark.alarm)
    .executeTakeFirst();
  if (found === undefined) {
    throw new Failure("not_found", `no alarm ${mark.alarm}`, { hint: "tunewright watch check NAME shows the ids" });
  }
  await store.write((db) =>
    db
      .insertInto("watch_marks")
      .values({
        programme,
        alarm_id: mark.alarm,
        kind: mark.kind,
        reason: mark.reason,
        until_day: mark.until,
        marked_ms: nowMs,
      })
      .execute(),
  );
  return { ...mark, at: new Date(nowMs).toISOString() };
}

/** Deletes the examples of the given requests from alarms, or counts them. */
export async function forgetExamples(
  store: Store,
  { programme, ids, isDryRun }: Pick<ForgetRecords, "programme" | "ids" | "isDryRun">,
): Promise<{ examples: number }> {
  const forgotten = new Set(ids);
  return store.write(async (db) => {
    const rows = await db
      .selectFrom("watch_alarms")
      .select(["alarm_id", "alarm"])
      .where("programme", "=", programme)
      .orderBy("alarm_id")
      .execute();
    let examples = 0;
    for (const row of rows) {
      const alarm = JSON.parse(row.alarm) as WatchAlarm;
      const { before, after } = alarm.examples;
      const kept = {
        before: before.filter(({ id }) => !forgotten.has(id)),
        after: after.filter(({ id }) => !forgotten.has(id)),
      };
      const gone = before.length + after.length - kept.before.length - kept.after.length;
      examples += gone;
      if (gone === 0 || isDryRun) continue;
      await db
        .updateTable("watch_alarms")
        .set({ alarm: JSON.stringify({ ...alarm, examples: kept }) })
        .where("programme", "=", programme)
        .where("alarm_id", "=", row.alarm_id)
        .execute();
    }
    return { examples };
  });
}

/** A check with the marks of its alarms; signals whose alarms are all muted are muted. */
function withMarks(check: Omit<WatchCheck, "marks">, all: readonly AlarmMark[]): WatchCheck {
  const ids = new Set(check.alarms.map(({ id }) => id));
  const marks = all.filter(({ alarm }) => ids.has(alarm));
  const today = check.checkedAt.slice(0, 10);
  const muted = new Set(
    marks.filter(({ kind, until }) => kind === "mute" && (until ?? "") >= today).map(({ alarm }) => alarm),
  );
  const isMuted = (signal: WatchCheck["signals"][number]): boolean => {
    const open = check.alarms.filter(
      (alarm) =>
        !alarm.isOver && alarm.signal === signal.signal && JSON.stringify(alarm.slice) === JSON.stringify(signal.slice),
    );
    return open.length > 0 && open.every(({ id }) => muted.has(id));
  };
  const signals = check.signals.map((signal) =>
    signal.state === "alarm" && isMuted(signal) ? { ...signal, state: "muted" as const } : signal,
  );
  return { ...check, signals, marks };
}
