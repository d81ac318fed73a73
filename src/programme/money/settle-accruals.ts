import { formatMoney, parseMoney } from "../../base/money.ts";
import type { Settlement } from "../../domain/money.ts";
import { accrualCuts, type AccrualCut } from "../../ledger/accrual-cuts.ts";
import { lockLedger, post } from "../../ledger/post.ts";
import { isStale } from "../../ledger/staleness.ts";
import type { Db, Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { billedUntil } from "./billed-until.ts";
import { rateFacts } from "./costed-runs.ts";
import type { Pricing } from "./pricing.ts";
import { runRate } from "./run-rate.ts";

/** Scope of a settlement. */
export type SettlementScope = {
  /**
   * Also intervals without a price so far, earlier postings (to correct them), and stale runs; default: only what is
   * due.
   */
  all: boolean;
  /** Time up to which stale runs are put into suspense; default: none. */
  suspendToMs?: number;
};

/** Number of intervals settled per transaction. */
const PAGE = 500;

type Interval = Row<"activity"> & { run_id: string; programme: string | null };

/**
 * Posts the accrued cost of runs: at the end of an interval, when the price changes, and at the end of a month; never
 * per call. A repeated call writes nothing. With `all`, an interval whose price was corrected is reversed and posted
 * again.
 */
export async function settleAccruals(store: Store, pricing: Pricing, scope: SettlementScope): Promise<Settlement> {
  const total: Settlement = { entries: 0, unpriced: 0, corrected: 0 };
  for (let after = 0; ;) {
    const intervals = await dueIntervals(store.db, scope, after);
    if (intervals.length === 0) return total;
    after = intervals.at(-1)!.activity_no;
    const facts = await rateFacts(
      store.db,
      intervals.map(({ run_no }) => run_no),
    );
    await store.write(async (db) => {
      await lockLedger(db, store);
      const known = await accrualsOf(db, intervals);
      const billed = await billedUntil(
        db,
        intervals.filter(({ closed_ms }) => closed_ms === null).map(({ run_no }) => run_no),
      );
      for (const interval of intervals) {
        const prices = pricing.pricesOf(interval.programme ?? pricing.programmes[0] ?? "");
        const { picoPerHourOn } = runRate(facts(interval.run_no), prices);
        const accrual = known.get(interval.activity_no) ?? newAccrual(interval);
        const billedToMs = billed.get(interval.run_no) ?? 0;
        const settling = { interval, accrual, picoPerHourOn, billedToMs, scope, nowMs: pricing.now().getTime() };
        const done = await settleInterval(db, settling);
        total.entries += done.entries;
        total.unpriced += done.unpriced;
        total.corrected += done.corrected;
      }
    });
  }
}

async function dueIntervals(db: Db, { all }: SettlementScope, after: number): Promise<Interval[]> {
  let query = db
    .selectFrom("activity")
    .innerJoin("runs", "runs.run_no", "activity.run_no")
    .innerJoin("experiments", "experiments.experiment_id", "runs.experiment_id")
    .leftJoin("accruals", "accruals.activity_no", "activity.activity_no")
    .selectAll("activity")
    .select(["runs.run_id", "experiments.programme"])
    .where("activity.activity_no", ">", after);
  if (!all) {
    query = query.where((eb) => eb.or([eb("accruals.state", "is", null), eb("accruals.state", "=", "open")]));
  }
  return query.orderBy("activity.activity_no").limit(PAGE).execute();
}

type Settling = {
  interval: Interval;
  accrual: Row<"accruals">;
  picoPerHourOn: (day: string) => bigint | null;
  /** Up to when bills charge for its machines. */
  billedToMs: number;
  scope: SettlementScope;
  nowMs: number;
};

async function settleInterval(db: Db, settling: Settling): Promise<Settlement> {
  const { interval, accrual: known, picoPerHourOn, billedToMs, scope, nowMs } = settling;
  const isClosed = interval.closed_ms !== null;
  const cuts = accrualCuts({ fromMs: interval.opened_ms, toMs: interval.last_ms, isClosed }, picoPerHourOn);
  const poster = new IntervalPoster(db, { interval, known, nowMs });
  let corrected = 0;
  if (known.suspense_from_ms !== null && (isClosed || interval.last_ms > known.suspense_from_ms))
    await poster.endSuspense();
  if (known.state === "settled" && scope.all && known.posted_usd !== formatMoney(cuts?.at(-1)?.totalPico ?? 0n)) {
    await poster.takeBack();
    corrected = 1;
  }
  for (const cut of cuts ?? []) await poster.postTo(cut);
  const suspendToMs = scope.suspendToMs ?? poster.suspendedToMs;
  if (suspendToMs !== null) await poster.suspend(picoPerHourOn, { toMs: suspendToMs, billedToMs });
  const state = !isClosed ? "open" : cuts === null ? "unpriced" : "settled";
  await poster.save(state);
  return { entries: poster.entries, unpriced: state === "unpriced" ? 1 : 0, corrected };
}

/** Earlier postings of intervals, by number. */
async function accrualsOf(db: Db, intervals: readonly Interval[]): Promise<Map<number, Row<"accruals">>> {
  const numbers = intervals.map(({ activity_no }) => activity_no);
  const rows = await db
    .selectFrom("accruals")
    .selectAll()
    .where("activity_no", "in", numbers)
    .orderBy("activity_no")
    .execute();
  return new Map(rows.map((row) => [row.activity_no, row]));
}

function newAccrual({ activity_no, run_no, opened_ms }: Interval): Row<"accruals"> {
  return {
    activity_no,
    run_no,
    posted_to_ms: opened_ms,
    posted_usd: "0.00",
    suspense_usd: "0.00",
    suspense_from_ms: null,
    suspense_to_ms: null,
    state: "open",
    postings: 0,
  };
}

/** Writes the entries of one interval, and records what was posted. */
class IntervalPoster {
  readonly #db: Db;
  readonly #interval: Interval;
  readonly #known: Row<"accruals">;
  readonly #nowMs: number;
  #row: Row<"accruals">;
  entries = 0;

  constructor(db: Db, { interval, known, nowMs }: { interval: Interval; known: Row<"accruals">; nowMs: number }) {
    this.#db = db;
    this.#interval = interval;
    this.#known = known;
    this.#row = { ...known };
    this.#nowMs = nowMs;
  }

  /** Posts the cost of the interval since the last posting. */
  async postTo({ toMs, totalPico, picoPerHour }: AccrualCut): Promise<void> {
    if (toMs <= this.#row.posted_to_ms && this.#row.posted_usd !== "0.00") return;
    const added = totalPico - parseMoney(this.#row.posted_usd);
    if (added < 0n) {
      await this.takeBack(); // the price fell after a part was posted
      return this.postTo({ toMs, totalPico, picoPerHour });
    }
    if (added > 0n) {
      const hours = `${new Date(this.#row.posted_to_ms).toISOString()} to ${new Date(toMs).toISOString()}`;
      await this.#post("accrue", `${hours} at ${formatMoney(picoPerHour)} USD per hour`, {
        toMs,
        account: `accrued:${this.#interval.run_id}`,
        pico: added,
      });
    }
    this.#row = { ...this.#row, posted_to_ms: toMs, posted_usd: formatMoney(totalPico) };
  }

  /** Reverses all postings of the interval because its price was corrected. */
  async takeBack(): Promise<void> {
    await this.#post("reverse", "the price of the run was corrected", {
      toMs: this.#row.posted_to_ms,
      account: `accrued:${this.#interval.run_id}`,
      pico: -parseMoney(this.#row.posted_usd),
    });
    this.#row = { ...this.#row, posted_to_ms: this.#interval.opened_ms, posted_usd: "0.00" };
  }

  /** Up to when the run is in suspense; null if it is not. */
  get suspendedToMs(): number | null {
    return this.#row.suspense_to_ms;
  }

  /** Puts the time since a stale run was last seen into suspense, except what bills charge for: that cost is known. */
  async suspend(
    picoPerHourOn: (day: string) => bigint | null,
    { toMs, billedToMs }: { toMs: number; billedToMs: number },
  ): Promise<void> {
    const { opened_ms, last_ms, closed_ms, touches } = this.#interval;
    const isSilent = isStale({ openedMs: opened_ms, lastMs: last_ms, closedMs: closed_ms, touches }, this.#nowMs);
    if (!isSilent || toMs <= last_ms) return;
    const fromMs = Math.max(last_ms, billedToMs);
    const cuts = fromMs >= toMs ? [] : accrualCuts({ fromMs, toMs, isClosed: true }, picoPerHourOn);
    if (cuts === null) return;
    const total = cuts.at(-1)?.totalPico ?? 0n;
    const added = total - parseMoney(this.#row.suspense_usd);
    if (added === 0n) return;
    const since = new Date(added < 0n ? fromMs : last_ms).toISOString();
    const reason =
      billedToMs > last_ms ? `a bill settles the silence up to ${since}` : "the price of the run was corrected";
    await this.#post(added < 0n ? "reverse" : "suspend", added < 0n ? reason : `silent since ${since}`, {
      toMs: added < 0n ? this.#nowMs : toMs,
      account: "suspense:stale",
      pico: added,
    });
    this.#row = {
      ...this.#row,
      suspense_usd: formatMoney(total),
      suspense_from_ms: last_ms,
      suspense_to_ms: toMs,
    };
  }

  /** The run was seen again or has ended: clears its suspense. */
  async endSuspense(): Promise<void> {
    await this.#post("reverse", "a stale run was seen again, or has ended", {
      toMs: this.#nowMs,
      account: "suspense:stale",
      pico: -parseMoney(this.#row.suspense_usd),
    });
    this.#row = { ...this.#row, suspense_usd: "0.00", suspense_from_ms: null, suspense_to_ms: null };
  }

  async save(state: string): Promise<void> {
    const row = { ...this.#row, state };
    const isNew = this.#known.postings === 0 && state === "open"; // nothing to record yet
    if (row.postings === this.#known.postings && (isNew || row.state === this.#known.state)) return;
    await this.#db
      .insertInto("accruals")
      .values(row)
      .onConflict((conflict) => conflict.column("activity_no").doUpdateSet(row))
      .execute();
  }

  async #post(
    kind: "accrue" | "reverse" | "suspend",
    memo: string,
    { toMs, account, pico }: { toMs: number; account: string; pico: bigint },
  ): Promise<void> {
    const { activity_no, run_id } = this.#interval;
    this.#row = { ...this.#row, postings: this.#row.postings + 1 };
    await post(
      this.#db,
      {
        idempotencyKey: `accrual:${activity_no}:${this.#row.postings}`,
        kind,
        currency: "USD",
        effectiveMs: toMs,
        runId: run_id,
        memo: `run ${run_id}: ${memo}`,
        lines: [
          { account, amount: formatMoney(pico) },
          { account: "accruals", amount: formatMoney(-pico) },
        ],
      },
      this.#nowMs,
    );
    this.entries += 1;
  }
}
