import { formatMoney, parseMoney } from "../../base/money.ts";
import type { IdleGpus } from "../../domain/bill.ts";
import { sql } from "../../store/sql.ts";
import type { Store } from "../../store/open-store.ts";
import { GPU_UTILIZATION_KEYS } from "../../track/gpu-metrics.ts";
import type { CostedRun } from "./costed-runs.ts";

/** A GPU is idle in a sample with a utilisation below this, per cent. */
const IDLE_BELOW_PERCENT = 5;

/** Maximum number of runs that a report names. */
const MOST_RUNS = 25;

/** Number of parts to which a share of an amount is rounded. */
const MILLION = 1_000_000n;

/**
 * Runs whose GPUs were idle in some of their samples, with the corresponding share of their cost, most expensive first.
 * This is an estimate: samples are assumed to be evenly spaced. Runs without system metrics were not measured and are
 * absent.
 *
 * @param costOfRuns runs with their cost, by id; called only if a GPU was idle
 */
export async function idleGpus(
  { db }: Pick<Store, "db">,
  costOfRuns: () => Promise<ReadonlyMap<string, CostedRun>>,
): Promise<IdleGpus[]> {
  const { rows } = await sql<Measured>`
    select runs.run_id, count(*) as samples, avg(points.value) as mean_percent,
      sum(case when points.value < ${sql.lit(IDLE_BELOW_PERCENT)} then 1 else 0 end) as idle_samples,
      count(distinct series.series_no) as gpus
    from series join runs on runs.run_no = series.run_no join points on points.series_no = series.series_no
    where series.key like ${GPU_UTILIZATION_KEYS} and points.is_nan = 0 group by runs.run_id order by runs.run_id`.execute(
    db,
  );
  const idle = rows.filter(({ idle_samples }) => Number(idle_samples) > 0);
  if (idle.length === 0) return [];
  const runs = await costOfRuns();
  return idle
    .map((row): IdleGpus => {
      const share = Number(row.idle_samples) / Number(row.samples);
      const run = runs.get(row.run_id);
      const machines = run === undefined || run.cost.usd === null ? null : run.machinesSince(0);
      return {
        runId: row.run_id,
        name: run?.name ?? "unknown",
        gpus: Number(row.gpus),
        samples: Number(row.samples),
        meanPercent: Number(row.mean_percent),
        idleShare: share,
        idleUsd: machines === null ? null : formatMoney(shareOf(machines, share)),
      };
    })
    .toSorted(
      (a, b) =>
        Number(parseMoney(b.idleUsd ?? "0") - parseMoney(a.idleUsd ?? "0")) ||
        b.idleShare - a.idleShare ||
        (a.runId < b.runId ? -1 : 1),
    )
    .slice(0, MOST_RUNS);
}

type Measured = {
  run_id: string;
  samples: number | string;
  mean_percent: number | string;
  idle_samples: number | string;
  gpus: number | string;
};

function shareOf(pico: bigint, share: number): bigint {
  return (pico * BigInt(Math.round(share * Number(MILLION)))) / MILLION;
}
