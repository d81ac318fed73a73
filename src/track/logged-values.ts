import type { Db } from "../store/database.ts";
import { sql } from "../store/sql.ts";
import { pointValue } from "./points.ts";

/** Values logged under a key. */
export type LoggedKind = "metrics" | "params" | "tags";

/** Number of runs per query: below the maximum number of parameters of both databases. */
const CHUNK = 1000;

/** The value of each run for each of some keys: the latest one of a metric. Calls back once per value. */
export async function readValues(
  db: Db,
  { runNos, kind, keys }: { runNos: readonly number[]; kind: LoggedKind; keys: readonly string[] },
  take: (runNo: number, key: string, value: number | string) => void,
): Promise<void> {
  if (keys.length === 0) return;
  for (let start = 0; start < runNos.length; start += CHUNK) {
    const numbers = runNos.slice(start, start + CHUNK);
    if (kind === "metrics") {
      const series = await db
        .selectFrom("series")
        .select(["run_no", "key", "value", "is_nan"])
        .where("run_no", "in", numbers)
        .where("key", "in", keys)
        .execute();
      for (const { run_no, key, ...stored } of series) take(run_no, key, pointValue(stored));
      continue;
    }
    const pairs = await db
      .selectFrom(kind === "params" ? "run_params" : "run_tags")
      .select(["run_no", "key", "value"])
      .where("run_no", "in", numbers)
      .where("key", "in", keys)
      .execute();
    for (const { run_no, key, value } of pairs) take(run_no, key, value);
  }
}

/** Keys of one kind with the number of runs that have each; for params, also the number of distinct values. */
export async function countKeys(
  db: Db,
  kind: LoggedKind,
): Promise<{ key: string; runs: number; values: number | null }[]> {
  const table = sql.table({ metrics: "series", params: "run_params", tags: "run_tags" }[kind]);
  const different = kind === "params" ? sql`count(distinct value)` : sql`null`;
  const { rows } = await sql<{ key: string; runs: number | string; different: number | string | null }>`
    select key, count(*) as runs, ${different} as different from ${table} group by key order by runs desc, key`.execute(
    db,
  );
  return rows.map(({ key, runs, different: values }) => ({
    key,
    runs: Number(runs),
    values: values === null ? null : Number(values),
  }));
}
