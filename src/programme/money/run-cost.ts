import { formatMoney } from "../../base/money.ts";
import type { RunCost } from "../../domain/money.ts";
import type { GpuPrice } from "../../domain/price.ts";
import type { RunSummary } from "../../domain/tracked-run.ts";
import { accruedPico } from "../../ledger/accrual.ts";
import type { Store } from "../../store/open-store.ts";
import { runRate, shownRate } from "./run-rate.ts";

/** When a run was alive, as the server saw it. */
export type Alive = { fromMs: number; toMs: number };

/** Intervals of activity of runs, by their id. An open one ends where it was last seen: silence accrues nothing. */
export async function aliveTimes({ db }: Pick<Store, "db">, runIds: readonly string[]): Promise<Map<string, Alive[]>> {
  const times = new Map<string, Alive[]>();
  for (let start = 0; start < runIds.length; start += 500) {
    const rows = await db
      .selectFrom("activity")
      .innerJoin("runs", "runs.run_no", "activity.run_no")
      .select(["runs.run_id", "activity.opened_ms", "activity.last_ms"])
      .where("runs.run_id", "in", runIds.slice(start, start + 500))
      .orderBy("activity.activity_no")
      .execute();
    for (const { run_id, opened_ms, last_ms } of rows) {
      times.set(run_id, [...(times.get(run_id) ?? []), { fromMs: opened_ms, toMs: last_ms }]);
    }
  }
  return times;
}

/** Cost of a run so far: computed from its intervals, so that it is the same however often it is asked. */
export function runCost(run: RunSummary, alive: readonly Alive[], prices: readonly GpuPrice[]): RunCost {
  const rate = runRate(run, prices);
  const activeMs = alive.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const gpuHours = rate.gpuCount === null ? null : (rate.gpuCount * activeMs) / 3_600_000;
  const lastDay = new Date(alive.at(-1)?.toMs ?? Date.parse(run.startedAt)).toISOString().slice(0, 10);
  const common = { usdPerHour: shownRate(rate.picoPerHourOn(lastDay)), gpuHours, basis: rate.basis };
  if (rate.reason !== null) return { usd: null, reason: rate.reason, ...common };
  if (alive.length === 0) {
    return { usd: null, reason: "the server did not see it run: it was imported, or logged elsewhere", ...common };
  }
  const pico = accruedPico(alive, rate.picoPerHourOn);
  if (pico === null) return { usd: null, reason: `the price book has no such price on a day of the run`, ...common };
  return { usd: formatMoney(pico), reason: null, ...common };
}
