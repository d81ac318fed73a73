// Fills a store with runs and ledger entries, past the code that posts them, for the benchmarks of the ledger.
import { insertRows } from "../../dist/store/insert-rows.js";

export const SEPTEMBER = Date.UTC(2026, 8, 1);
export const HOUR = 3_600_000;
const PAGE = 5_000;

/** Id of a run by its number. */
export const runId = (index) => index.toString(16).padStart(32, "0");

/** When a run starts, ms since 1970. */
export const startOf = (index) => SEPTEMBER + (index % 700) * HOUR;

/** Runs of the month that the closing still has to settle. */
export const DUE = 100;

const [TEXT, INT] = ["text", "bigint"];
const RUNS = {
  run_no: INT,
  run_id: TEXT,
  experiment_id: INT,
  name: TEXT,
  user_id: TEXT,
  status: TEXT,
  start_ms: INT,
  end_ms: INT,
  lifecycle_stage: TEXT,
};
const TAGS = { run_no: INT, key: TEXT, value: TEXT };
const ACTIVITY = { activity_no: INT, run_no: INT, opened_ms: INT, last_ms: INT, closed_ms: INT, touches: INT };
const ACCRUALS = {
  activity_no: INT,
  run_no: INT,
  posted_to_ms: INT,
  posted_usd: TEXT,
  suspense_usd: TEXT,
  state: TEXT,
  postings: INT,
};
const ENTRIES = { seq: INT, idempotency_key: TEXT, body: TEXT, previous_hash: TEXT, hash: TEXT };
const LINES = { seq: INT, line_no: INT, account: TEXT, currency: TEXT, amount: TEXT, run_id: TEXT, effective_ms: INT };
const BALANCES = { account: TEXT, currency: TEXT, amount: TEXT, lines: INT };

/**
 * Runs of one hour each at 2.50 USD; all but the last hundred are settled. Without prices nothing is known of their
 * cost.
 */
export async function fillRuns(store, runs, hasPrices = true) {
  for (let from = 0; from < runs; from += PAGE) {
    const ids = Array.from({ length: Math.min(PAGE, runs - from) }, (_, index) => from + index);
    const runRows = ids.map((i) => [
      i + 1,
      runId(i),
      0,
      `run-${i}`,
      "",
      "FINISHED",
      startOf(i),
      startOf(i) + HOUR,
      "active",
    ]);
    const tagRows = ids.flatMap((i) => [
      [i + 1, "tunewright.usd_per_hour", "2.5"],
      [i + 1, "tunewright.resource", `i-${i}`],
    ]);
    const activityRows = ids.map((i) => [i + 1, i + 1, startOf(i), startOf(i) + HOUR, startOf(i) + HOUR, 10]);
    const accrualRows = ids
      .filter((i) => i < runs - DUE)
      .map((i) => [i + 1, i + 1, startOf(i) + HOUR, "2.50", "0.00", "settled", 10]);
    await store.write(async (db) => {
      await insertRows(db, { table: "runs", columns: RUNS, rows: runRows });
      await insertRows(db, { table: "run_tags", columns: TAGS, rows: hasPrices ? tagRows : [] });
      await insertRows(db, { table: "activity", columns: ACTIVITY, rows: activityRows });
      await insertRows(db, { table: "accruals", columns: ACCRUALS, rows: hasPrices ? accrualRows : [] });
    });
  }
}

/** Entries of the settled runs, written past `post`, which would take two minutes for a million. */
export async function fillEntries(store, size, runs) {
  const { entryBody, entryHash, GENESIS } = await import("../../dist/ledger/entry.js");
  const { formatMoney } = await import("../../dist/base/money.js");
  const counts = new Map();
  let previous = GENESIS;
  for (let from = 0; from < size; from += PAGE) {
    const entries = [];
    const lines = [];
    for (let i = from; i < Math.min(size, from + PAGE); i++) {
      const id = runId(i % runs);
      const enteredAt = new Date(SEPTEMBER).toISOString();
      const sides = [
        { account: `accrued:${id}`, amount: "0.25" },
        { account: "accruals", amount: "-0.25" },
      ];
      const memo = `run ${id}: 2026-09-01T00:00:00.000Z to 2026-09-01T00:06:00.000Z at 2.50 USD per hour`;
      const idempotencyKey = `accrual:${i}:0`;
      const common = { version: 2, seq: i + 1, kind: "accrue", currency: "USD", runId: id, memo, idempotencyKey };
      const body = entryBody({ ...common, effectiveAt: enteredAt, recordedAt: enteredAt, lines: sides });
      const hash = entryHash(previous, body);
      entries.push([i + 1, idempotencyKey, body, previous, hash]);
      for (const [index, { account, amount }] of sides.entries()) {
        lines.push([i + 1, index + 1, account, "USD", amount, id, SEPTEMBER]);
        counts.set(account, (counts.get(account) ?? 0) + (index === 0 ? 1 : -1));
      }
      previous = hash;
    }
    await store.write(async (db) => {
      await insertRows(db, { table: "ledger_entries", columns: ENTRIES, rows: entries });
      await insertRows(db, { table: "ledger_lines", columns: LINES, rows: lines });
    });
  }
  const rows = [...counts].map(([account, count]) => [
    account,
    "USD",
    formatMoney(BigInt(count) * 250_000_000_000n),
    Math.abs(count),
  ]);
  for (let from = 0; from < rows.length; from += PAGE) {
    const page = rows.slice(from, from + PAGE);
    await store.write((db) => insertRows(db, { table: "ledger_balances", columns: BALANCES, rows: page }));
  }
}
