import type { Store } from "../../store/open-store.ts";

/** Counts of a server's contents. */
export type StateCounts = { runs: number; running: number; jobs: number };

/** Counts runs, those with status RUNNING, and training jobs that have not ended. */
export async function stateCounts({ db }: Pick<Store, "db">): Promise<StateCounts> {
  const states = await db
    .selectFrom("runs")
    .select(({ fn }) => ["status", fn.countAll<number | bigint>().as("runs")])
    .where("lifecycle_stage", "=", "active")
    .groupBy("status")
    .execute();
  const { jobs } = await db
    .selectFrom("jobs")
    .select(({ fn }) => [fn.countAll<number | bigint>().as("jobs")])
    .where("ended_ms", "is", null)
    .executeTakeFirstOrThrow();
  return {
    runs: states.reduce((sum, { runs }) => sum + Number(runs), 0),
    running: Number(states.find(({ status }) => status === "RUNNING")?.runs ?? 0),
    jobs: Number(jobs),
  };
}
