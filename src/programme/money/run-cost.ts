import { formatMoney } from "../../base/money.ts";
import type { RunCost } from "../../domain/money.ts";
import type { GpuPrice } from "../../domain/price.ts";
import type { RunSummary } from "../../domain/tracked-run.ts";
import { accruedPico } from "../../ledger/accrual.ts";
import { isStale, type SeenInterval } from "../../ledger/staleness.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { billedUntil } from "./billed-until.ts";
import { type EnteredLine, enteredSum } from "./entered-costs.ts";
import { runRate, shownRate } from "./run-rate.ts";

/** An interval in which a run was alive, as seen by the server. */
export type Alive = SeenInterval & {
  activityNo: number;
  fromMs: number;
  toMs: number;
  /** Time up to which bills charge for the machines of a run that has not ended; 0 if no bill does. */
  billedToMs: number;
};

/** Intervals of activity of runs, by id. An open one ends when the run was last seen; silence accrues nothing. */
export async function aliveTimes({ db }: Pick<Store, "db">, runIds: readonly string[]): Promise<Map<string, Alive[]>> {
  const times = new Map<string, Alive[]>();
  for (let start = 0; start < runIds.length; start += PAGE) {
    const page = await db
      .selectFrom("runs")
      .select(["run_no", "run_id"])
      .where("run_id", "in", runIds.slice(start, start + PAGE))
      .execute();
    const byNumber = await aliveOfAll(
      db,
      page.map(({ run_no }) => run_no),
    );
    for (const { run_no, run_id } of page) {
      const intervals = byNumber.get(run_no);
      if (intervals !== undefined) times.set(run_id, intervals);
    }
  }
  return times;
}

/** Number of runs per query, below the parameter limit of both databases. */
const PAGE = 500;

/**
 * Intervals of activity by the number of the run, oldest first.
 *
 * @param numbers  at most 10,000 runs; undefined: all
 */
export async function aliveOfAll(db: Db, numbers: readonly number[] | undefined): Promise<Map<number, Alive[]>> {
  let query = db.selectFrom("activity").selectAll();
  if (numbers !== undefined) query = query.where("run_no", "in", [...numbers]);
  const times = new Map<number, Alive[]>();
  const rows = await query.orderBy("activity_no").execute();
  const open = rows.filter(({ closed_ms }) => closed_ms === null).map(({ run_no }) => run_no);
  const billed = await billedUntil(db, [...new Set(open)]);
  for (const row of rows) {
    const interval = {
      activityNo: row.activity_no,
      fromMs: row.opened_ms,
      toMs: row.last_ms,
      openedMs: row.opened_ms,
      lastMs: row.last_ms,
      closedMs: row.closed_ms,
      touches: row.touches,
      billedToMs: row.closed_ms === null ? (billed.get(row.run_no) ?? 0) : 0,
    };
    const known = times.get(row.run_no);
    if (known === undefined) times.set(row.run_no, [interval]);
    else known.push(interval);
  }
  return times;
}

/** Input for the cost of a run. */
export type Costing = {
  prices: readonly GpuPrice[];
  nowMs: number;
  /** Use the client's start and end for a run that the server never saw alive. */
  clientClock?: boolean;
};

/** Source of the price and the time of a run. */
export type PriceableRun = Pick<RunSummary, "tags" | "startedAt" | "endedAt"> & {
  metrics: readonly { key: string }[];
};

/** Intervals of a run, and the costs that the ledger holds in its name. */
export type RunActivity = { alive: readonly Alive[]; entered: readonly EnteredLine[] };

/**
 * Cost of a run so far: computed from its intervals, so that it is reproducible, plus what was entered in its name. A
 * run that a provider trains has no machines of its own: its cost is unknown until its tokens are entered.
 */
export function runCost(run: PriceableRun, { alive, entered }: RunActivity, costing: Costing): RunCost {
  const { prices, nowMs, clientClock = false } = costing;
  const rate = runRate(run, prices);
  const byClient = alive.length === 0 && clientClock ? clientInterval(run) : undefined;
  const intervals: readonly { fromMs: number; toMs: number }[] = byClient === undefined ? alive : [byClient];
  const activeMs = intervals.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const gpuHours = rate.gpuCount === null ? null : (rate.gpuCount * activeMs) / 3_600_000;
  const lastDay = new Date(intervals.at(-1)?.toMs ?? Date.parse(run.startedAt)).toISOString().slice(0, 10);
  const open = alive.findLast(({ closedMs }) => closedMs === null);
  const stale = open !== undefined && isStale(open, nowMs) ? open : undefined;
  const picoPerHour = rate.picoPerHourOn(lastDay);
  const enteredPico = enteredSum(entered);
  const common: Omit<RunCost, "usd" | "reason"> = {
    enteredUsd: entered.length === 0 ? null : formatMoney(enteredPico),
    usdPerHour: rate.source === "tokens" ? null : shownRate(picoPerHour),
    gpuHours,
    basis: byClient === undefined ? rate.basis : `${rate.basis}; time by the client clock`,
    state: alive.length === 0 ? "unseen" : stale ? "stale" : open ? "alive" : "ended",
    staleSince: stale === undefined ? null : new Date(stale.lastMs).toISOString(),
    suspenseUsd:
      stale === undefined || picoPerHour === null || rate.source === "tokens"
        ? null
        : formatMoney((picoPerHour * BigInt(unbilledMs(stale, nowMs))) / 3_600_000n),
  };
  if (rate.reason !== null) return { usd: null, reason: rate.reason, ...common };
  if (rate.source === "tokens") {
    const isKnown = entered.some(({ activity }) => activity === "training");
    return isKnown
      ? { usd: formatMoney(enteredPico), reason: null, ...common }
      : { usd: null, reason: "the provider has not reported the trained tokens", ...common };
  }
  if (intervals.length === 0) {
    return { usd: null, reason: "the server did not see this run: it was imported, or logged elsewhere", ...common };
  }
  const pico = accruedPico(intervals, rate.picoPerHourOn);
  if (pico === null)
    return { usd: null, reason: `the price book has no matching price for at least one day of the run`, ...common };
  return { usd: formatMoney(pico + enteredPico), reason: null, ...common };
}

/** Time since a stale run was last seen for which no bill charges. */
function unbilledMs({ lastMs, billedToMs }: Alive, nowMs: number): number {
  return Math.max(0, nowMs - Math.max(lastMs, billedToMs));
}

/** Start and end as stated by the client; undefined if it has not ended, or ends before it starts. */
function clientInterval({ startedAt, endedAt }: PriceableRun): { fromMs: number; toMs: number } | undefined {
  if (endedAt === null) return undefined;
  const [fromMs, toMs] = [Date.parse(startedAt), Date.parse(endedAt)];
  return toMs >= fromMs ? { fromMs, toMs } : undefined;
}
