import { parseMoney } from "../../base/money.ts";
import type { RunCost } from "../../domain/money.ts";
import { accruedPico } from "../../ledger/accrual.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { gpuKeysOf } from "../../track/gpu-metrics.ts";
import { type EnteredLine, enteredByRun, enteredSum } from "./entered-costs.ts";
import { clippedTo, type Span } from "./month-span.ts";
import type { Pricing } from "./pricing.ts";
import { type Alive, aliveOfAll, runCost } from "./run-cost.ts";
import { type RunRate, runRate } from "./run-rate.ts";

/** A run with its cost and the properties that budgets depend on; includes deleted runs, whose money is spent. */
export type CostedRun = {
  /** Its number in the database. */
  no: number;
  id: string;
  name: string;
  experiment: string;
  programme: string;
  tags: readonly { key: string; value: string }[];
  alive: readonly Alive[];
  cost: RunCost;
  /** Number of GPUs; null if unknown. */
  gpuCount: number | null;
  /** Where the price of its machines is from. */
  priceSource: RunRate["source"];
  /** Price per hour of all its machines on a day, pico-dollars; null if there is none. */
  picoPerHourOn: (day: string) => bigint | null;
  /** Costs that the ledger holds in its name, oldest first. */
  entered: readonly EnteredLine[];
  /** Cost of its machines from a time on, pico-dollars; 0 without a price. */
  machinesSince: (fromMs: number) => bigint;
  /** Cost from a time on, with what was entered, pico-dollars. */
  spentSince: (fromMs: number) => bigint;
};

/**
 * Every run with its cost. Reads only tags and the names of GPU metrics, so that a hundred thousand runs are quick.
 *
 * @param only ids of the runs to include; default: all
 */
export async function costedRuns(
  store: Store,
  pricing: Pricing & { clientClock?: boolean },
  only?: readonly string[],
): Promise<CostedRun[]> {
  const { db } = store;
  const rows = await runRows(db, only);
  const numbers = only === undefined ? undefined : rows.map(({ run_no }) => run_no);
  const tags = await tagsOf(db, numbers);
  const gpus = await gpuKeysOf(db, numbers);
  const times = await aliveOfAll(db, numbers);
  const enteredOf = await enteredByRun(db, only);
  const nowMs = pricing.now().getTime();
  return rows.map((row) => {
    const programme = row.programme ?? pricing.programmes[0] ?? "";
    const prices = pricing.pricesOf(programme);
    const alive = times.get(row.run_no) ?? [];
    const facts = {
      tags: tags.get(row.run_no) ?? [],
      metrics: gpus.get(row.run_no) ?? [],
      startedAt: timeOf(row.start_ms)!,
      endedAt: timeOf(row.end_ms),
    };
    const { gpuCount, picoPerHourOn, source: priceSource } = runRate(facts, prices);
    const entered = enteredOf.get(row.run_id) ?? [];
    const cost = runCost(facts, { alive, entered }, { prices, nowMs, clientClock: pricing.clientClock ?? false });
    const machines = cost.usd === null ? 0n : parseMoney(cost.usd) - enteredSum(entered);
    const machinesSince = (fromMs: number): bigint => {
      if (machines === 0n || alive.every((span) => span.fromMs >= fromMs)) return machines;
      return accruedPico(clippedTo(alive, { fromMs, toMs: Infinity }), picoPerHourOn) ?? 0n;
    };
    return {
      no: row.run_no,
      id: row.run_id,
      name: row.name,
      experiment: row.experiment,
      programme,
      tags: facts.tags,
      alive,
      cost,
      gpuCount,
      priceSource,
      picoPerHourOn,
      entered,
      machinesSince,
      spentSince: (fromMs) => machinesSince(fromMs) + enteredSum(entered, fromMs),
    };
  });
}

/**
 * Cost of a run in a span, with what was entered, pico-dollars; null if it has no price.
 *
 * @param span default: all time
 */
export function spentIn(run: CostedRun, span: Span | undefined): bigint | null {
  if (run.cost.usd === null) return null;
  if (span === undefined) return parseMoney(run.cost.usd);
  const machines = accruedPico(clippedTo(run.alive, span), run.picoPerHourOn);
  return machines === null ? null : machines + enteredSum(run.entered, span.fromMs, span.toMs);
}

/** Price input, tags and the names of GPU metrics, by the number of a run. */
export async function rateFacts(
  db: Db,
  numbers: readonly number[],
): Promise<(runNo: number) => Parameters<typeof runRate>[0]> {
  const own = [...new Set(numbers)];
  const tags = await tagsOf(db, own);
  const gpus = await gpuKeysOf(db, own);
  return (runNo) => ({ tags: tags.get(runNo) ?? [], metrics: gpus.get(runNo) ?? [] });
}

/** Largest time that a date can represent, ms; clients may state any 64-bit number. */
const MAX_TIME_MS = 8.64e15;

function timeOf(ms: number | string | bigint | null): string | null {
  if (ms === null) return null;
  return new Date(Math.max(-MAX_TIME_MS, Math.min(MAX_TIME_MS, Number(ms)))).toISOString();
}

type RunRow = {
  run_no: number;
  run_id: string;
  name: string;
  experiment: string;
  programme: string | null;
  start_ms: number | string | bigint;
  end_ms: number | string | bigint | null;
};

async function runRows(db: Db, only: readonly string[] | undefined): Promise<RunRow[]> {
  let query = db
    .selectFrom("runs")
    .innerJoin("experiments", "experiments.experiment_id", "runs.experiment_id")
    .select(["run_no", "run_id", "runs.name", "experiments.name as experiment", "programme", "start_ms", "end_ms"]);
  if (only !== undefined) query = query.where("run_id", "in", [...only]);
  return query.orderBy("run_no").execute();
}

async function tagsOf(
  db: Db,
  numbers: readonly number[] | undefined,
): Promise<Map<number, CostedRun["tags"][number][]>> {
  let query = db.selectFrom("run_tags").select(["run_no", "key", "value"]);
  if (numbers !== undefined) query = query.where("run_no", "in", [...numbers]);
  return grouped(await query.orderBy("tag_no").execute(), ({ key, value }) => ({ key, value }));
}

function grouped<Found extends { run_no: number }, Value>(
  rows: readonly Found[],
  valueOf: (row: Found) => Value,
): Map<number, Value[]> {
  const groups = new Map<number, Value[]>();
  for (const row of rows) {
    const known = groups.get(row.run_no);
    if (known === undefined) groups.set(row.run_no, [valueOf(row)]);
    else known.push(valueOf(row));
  }
  return groups;
}
