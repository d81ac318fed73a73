import type { Db } from "../../store/database.ts";

/** Number of runs per query. */
const PAGE = 500;

/**
 * Time up to which imported bills charge for the machines of runs, ms since 1970, by the number of the run: the cost
 * until then is known. Runs that no bill names are absent.
 */
export async function billedUntil(db: Db, runNumbers: readonly number[]): Promise<Map<number, number>> {
  const until = new Map<number, number>();
  for (let start = 0; start < runNumbers.length; start += PAGE) {
    const rows = await db
      .selectFrom("runs")
      .innerJoin("bill_lines", "bill_lines.run_id", "runs.run_id")
      .innerJoin("bill_files", "bill_files.file_no", "bill_lines.file_no")
      .select(["run_no", ({ fn }) => fn.max("period_end_ms").as("until")])
      .where("run_no", "in", runNumbers.slice(start, start + PAGE))
      .where("bill_files.state", "=", "posted")
      .where("class", "in", ["run", "failed-run", "around-run"])
      .groupBy("run_no")
      .execute();
    for (const { run_no, until: ms } of rows) until.set(run_no, ms);
  }
  return until;
}
