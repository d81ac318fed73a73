import { formatMoney, parseMoney } from "../base/money.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Db } from "../store/database.ts";
import { insertRows } from "../store/insert-rows.ts";
import { kindOf, run } from "../store/statement.ts";
import { addToEnteredHours } from "./entered-hours.ts";

/** An entry with its position in the chain. */
export type WrittenEntry = {
  entry: LedgerEntry;
  idempotencyKey: string;
  body: string;
  previousHash: string;
  hash: string;
};

const ENTRY_COLUMNS = {
  seq: "bigint",
  idempotency_key: "text",
  body: "text",
  previous_hash: "text",
  hash: "text",
} as const;

const LINE_COLUMNS = {
  seq: "bigint",
  line_no: "bigint",
  account: "text",
  currency: "text",
  amount: "text",
  run_id: "text",
  effective_ms: "bigint",
} as const;

const BALANCE_COLUMNS = { account: "text", currency: "text", amount: "text", lines: "bigint" } as const;

/** Stores entries, their lines, the balances of their accounts, and sums of entered costs. Fails if a number or a key already exists. */
export async function appendEntries(db: Db, written: readonly WrittenEntry[]): Promise<void> {
  if (written.length === 0) return;
  const rows = written.map(({ entry, idempotencyKey, body, previousHash, hash }) => [
    entry.seq,
    idempotencyKey,
    body,
    previousHash,
    hash,
  ]);
  await insertRows(db, { table: "ledger_entries", columns: ENTRY_COLUMNS, rows, onConflict: "fail" });
  const lines = written.flatMap(({ entry: { seq, currency, runId, effectiveAt, lines: sides } }) => {
    const effectiveMs = Date.parse(effectiveAt);
    return sides.map(({ account, amount }, index) => [seq, index + 1, account, currency, amount, runId, effectiveMs]);
  });
  await insertRows(db, { table: "ledger_lines", columns: LINE_COLUMNS, rows: lines, onConflict: "fail" });
  await addToBalances(db, written);
  await addToEnteredHours(
    db,
    written.map(({ entry }) => entry),
  );
}

const KNOWN = {
  sqlite:
    "select account, currency, amount, lines from ledger_balances where account in (select value from json_each(?))",
  postgres:
    "select account, currency, amount, lines from ledger_balances where account = any(array(select json_array_elements_text(?::json)))",
};

type BalanceRow = { account: string; currency: string; amount: string; lines: number };

async function addToBalances(db: Db, written: readonly WrittenEntry[]): Promise<void> {
  const sums = new Map<string, { account: string; currency: string; pico: bigint; lines: number }>();
  for (const { entry } of written) {
    for (const { account, amount } of entry.lines) {
      const key = `${entry.currency} ${account}`;
      const sum = sums.get(key) ?? { account, currency: entry.currency, pico: 0n, lines: 0 };
      sum.pico += parseMoney(amount);
      sum.lines += 1;
      sums.set(key, sum);
    }
  }
  const accounts = JSON.stringify([...sums.values()].map(({ account }) => account));
  for (const { account, currency, amount, lines } of await run<BalanceRow>(db, KNOWN[kindOf(db)], [accounts])) {
    const sum = sums.get(`${currency} ${account}`);
    if (sum === undefined) continue;
    sum.pico += parseMoney(amount);
    sum.lines += lines;
  }
  const rows = [...sums.values()].map(({ account, currency, pico, lines }) => [
    account,
    currency,
    formatMoney(pico),
    lines,
  ]);
  const onConflict = { key: ["account", "currency"], set: ["amount", "lines"] };
  await insertRows(db, { table: "ledger_balances", columns: BALANCE_COLUMNS, rows, onConflict });
}
