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

/** The datasets of each run as text. Runs without one are left out. */
export async function readDatasets(db: Db, runNos: readonly number[]): Promise<Map<number, string>> {
  const found = new Map<number, { name: string; digest: string }[]>();
  for (let start = 0; start < runNos.length; start += CHUNK) {
    const inputs = await db
      .selectFrom("run_inputs")
      .innerJoin("datasets", "datasets.dataset_no", "run_inputs.dataset_no")
      .select(["run_no", "name", "digest"])
      .where("run_no", "in", runNos.slice(start, start + CHUNK))
      .execute();
    for (const { run_no, ...dataset } of inputs) {
      const own = found.get(run_no);
      if (own === undefined) found.set(run_no, [dataset]);
      else own.push(dataset);
    }
  }
  return new Map([...found].map(([runNo, datasets]) => [runNo, datasetText(datasets)]));
}

/** Datasets with their full digests, by name: `rows 3fa9c1d2, test 88aa01ff`. */
export function datasetText(datasets: readonly { name: string; digest: string }[]): string {
  return datasets
    .map(({ name, digest }) => `${name} ${digest}`)
    .toSorted()
    .join(", ");
}

/** Number of runs with a dataset, and of distinct datasets that they use. */
export async function countDatasets(db: Db): Promise<{ runs: number; values: number }> {
  const { rows } = await sql<{ runs: number | string; different: number | string }>`
    select count(distinct run_no) as runs, count(distinct dataset_no) as different from run_inputs`.execute(db);
  return { runs: Number(rows[0]!.runs), values: Number(rows[0]!.different) };
}
