import type { Settlement } from "../../domain/money.ts";
import { lockLedger, postAll } from "../../ledger/post.ts";
import type { Db, Row } from "../../store/database.ts";
import { insertRows } from "../../store/insert-rows.ts";
import type { Store } from "../../store/open-store.ts";
import { billedUntil } from "./billed-until.ts";
import { rateFacts } from "./costed-runs.ts";
import type { Pricing } from "./pricing.ts";
import { runRate } from "./run-rate.ts";
import { type Interval, type IntervalSettlement, settleInterval } from "./settle-interval.ts";

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

/** Number of intervals that are read together. */
const PAGE = 5_000;

/** Number of intervals that are settled per transaction, so that other writers do not wait long. */
const BATCH = 500;

type Due = Interval & { programme: string | null };

/**
 * Posts the accrued cost of runs: at the end of an interval, when the price changes, and at the end of a month; never
 * per call. A repeated call writes nothing. With `all`, an interval whose price was corrected is reversed and posted
 * again.
 * Due intervals are found without a transaction, and again within that of their postings: in a large database most
 * intervals are settled already, and these cost only one read.
 */
export async function settleAccruals(store: Store, pricing: Pricing, scope: SettlementScope): Promise<Settlement> {
  const total: Settlement = { entries: 0, unpriced: 0, corrected: 0 };
  for (let after = 0; ;) {
    const intervals = await dueIntervals(store.db, scope, after);
    if (intervals.length === 0) return total;
    after = intervals.at(-1)!.activity_no;
    const settle = await settlerOf(store.db, intervals, { pricing, scope });
    const found = await settle(store.db, intervals);
    const changing = intervals.filter((_, index) => found[index]!.row !== undefined);
    total.unpriced += found.filter(({ row, isUnpriced }) => row === undefined && isUnpriced).length;
    for (let from = 0; from < changing.length; from += BATCH) {
      const batch = changing.slice(from, from + BATCH);
      const done = await store.write(async (db) => {
        await lockLedger(db, store);
        const settled = await settle(db, batch);
        await postAll(
          db,
          settled.flatMap(({ drafts }) => drafts),
          pricing.now().getTime(),
        );
        await saveAll(
          db,
          settled.flatMap(({ row }) => row ?? []),
        );
        return settled;
      });
      total.entries += done.reduce((sum, { drafts }) => sum + drafts.length, 0);
      total.unpriced += done.filter(({ isUnpriced }) => isUnpriced).length;
      total.corrected += done.filter(({ isCorrected }) => isCorrected).length;
    }
  }
}

async function dueIntervals(db: Db, { all }: SettlementScope, after: number): Promise<Due[]> {
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

type Settle = (db: Db, intervals: readonly Due[]) => Promise<IntervalSettlement[]>;

/** Determines which postings of intervals are due, by the prices of their runs at the start. */
async function settlerOf(
  db: Db,
  intervals: readonly Due[],
  { pricing, scope }: { pricing: Pricing; scope: SettlementScope },
): Promise<Settle> {
  const facts = await rateFacts(
    db,
    intervals.map(({ run_no }) => run_no),
  );
  const rates = new Map(
    intervals.map(({ run_no, programme }) => {
      const prices = pricing.pricesOf(programme ?? pricing.programmes[0] ?? "");
      return [run_no, runRate(facts(run_no), prices).picoPerHourOn];
    }),
  );
  return async (reader, some) => {
    const known = await accrualsOf(reader, some);
    const open = some.filter(({ closed_ms }) => closed_ms === null);
    const billed = await billedUntil(
      reader,
      open.map(({ run_no }) => run_no),
    );
    return some.map((interval) =>
      settleInterval({
        interval,
        accrual: known.get(interval.activity_no),
        picoPerHourOn: rates.get(interval.run_no)!,
        billedToMs: billed.get(interval.run_no) ?? 0,
        corrects: scope.all,
        suspendToMs: scope.suspendToMs,
        nowMs: pricing.now().getTime(),
      }),
    );
  };
}

/** Earlier postings of intervals, by number. */
async function accrualsOf(db: Db, intervals: readonly Due[]): Promise<Map<number, Row<"accruals">>> {
  const numbers = intervals.map(({ activity_no }) => activity_no);
  const rows = await db
    .selectFrom("accruals")
    .selectAll()
    .where("activity_no", "in", numbers)
    .orderBy("activity_no")
    .execute();
  return new Map(rows.map((row) => [row.activity_no, row]));
}

const COLUMNS = {
  activity_no: "bigint",
  run_no: "bigint",
  posted_to_ms: "bigint",
  posted_usd: "text",
  suspense_usd: "text",
  suspense_from_ms: "bigint",
  suspense_to_ms: "bigint",
  state: "text",
  postings: "bigint",
} as const;

/** Records the postings of intervals. */
async function saveAll(db: Db, accruals: readonly Row<"accruals">[]): Promise<void> {
  const names = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  const rows = accruals.map((accrual) => names.map((name) => accrual[name]));
  const set = names.filter((name) => name !== "activity_no" && name !== "run_no");
  await insertRows(db, { table: "accruals", columns: COLUMNS, rows, onConflict: { key: ["activity_no"], set } });
}
