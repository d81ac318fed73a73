import { formatMoney, parseMoney } from "../base/money.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Db } from "../store/database.ts";
import { insertRows } from "../store/insert-rows.ts";
import { kindOf, run } from "../store/statement.ts";

/** Entered costs of an account and a run in an hour. */
export type EnteredHour = { account: string; runId: string; hourMs: number; pico: bigint; lines: number };

/** Accounts of costs that are entered: hours, fixed costs, model calls, labels. */
const ENTERED = /^(?:spent|data:labelling):/;

const HOUR_MS = 3_600_000;

/** Sums the entered costs of entries by account, run and hour. Other lines, and other currencies, are not counted. */
export class EnteredHours {
  readonly #sums = new Map<string, EnteredHour>();

  /** Adds the lines of an entry. */
  add({
    currency,
    runId,
    effectiveAt,
    lines,
  }: Pick<LedgerEntry, "currency" | "runId" | "effectiveAt" | "lines">): void {
    if (currency !== "USD") return;
    for (const { account, amount } of lines) {
      if (!ENTERED.test(account)) continue;
      const ms = Date.parse(effectiveAt);
      this.addSum({ account, runId: runId ?? "", hourMs: ms - (ms % HOUR_MS), pico: parseMoney(amount), lines: 1 });
    }
  }

  /** Adds a sum to that of its account, run and hour. */
  addSum(more: EnteredHour): void {
    const key = keyOf(more);
    const known = this.#sums.get(key);
    if (known === undefined) this.#sums.set(key, { ...more });
    else {
      known.pico += more.pico;
      known.lines += more.lines;
    }
  }

  /** All sums. */
  all(): EnteredHour[] {
    return [...this.#sums.values()];
  }

  /** The sum of an account, run and hour; undefined without lines. */
  like(hour: Pick<EnteredHour, "account" | "runId" | "hourMs">): EnteredHour | undefined {
    return this.#sums.get(keyOf(hour));
  }
}

function keyOf({ account, runId, hourMs }: Pick<EnteredHour, "account" | "runId" | "hourMs">): string {
  return `${hourMs} ${runId}\n${account}`;
}

const COLUMNS = {
  account: "text",
  run_id: "text",
  hour_ms: "bigint",
  seq: "bigint",
  line_no: "bigint",
  amount: "text",
  lines: "bigint",
} as const;

const KNOWN = {
  sqlite:
    "select account, run_id, hour_ms, amount, lines from entered_hours where seq = 0 and account in (select value from json_each(?)) and run_id in (select value from json_each(?)) and hour_ms in (select value from json_each(?))",
  postgres:
    "select account, run_id, hour_ms, amount, lines from entered_hours where seq = 0 and account = any(array(select json_array_elements_text(?::json))) and run_id = any(array(select json_array_elements_text(?::json))) and hour_ms = any(array(select json_array_elements_text(?::json)::bigint))",
};

type HourRow = { account: string; run_id: string; hour_ms: number; amount: string; lines: number };

/** Adds entries to the stored sums of entered costs, in the transaction that writes them. */
export async function addToEnteredHours(db: Db, entries: readonly LedgerEntry[]): Promise<void> {
  const hours = new EnteredHours();
  for (const entry of entries) hours.add(entry);
  const added = hours.all();
  if (added.length === 0) return;
  const lists = [
    added.map(({ account }) => account),
    added.map(({ runId }) => runId),
    added.map(({ hourMs }) => hourMs),
  ];
  const known = await run<HourRow>(
    db,
    KNOWN[kindOf(db)],
    lists.map((list) => JSON.stringify([...new Set<string | number>(list)])),
  );
  for (const row of known) {
    const hour = { account: row.account, runId: row.run_id, hourMs: row.hour_ms };
    if (hours.like(hour) !== undefined) hours.addSum({ ...hour, pico: parseMoney(row.amount), lines: row.lines });
  }
  const rows = hours
    .all()
    .map(({ account, runId, hourMs, pico, lines }) => [account, runId, hourMs, 0, 0, formatMoney(pico), lines]);
  const onConflict = { key: ["account", "run_id", "hour_ms", "seq", "line_no"], set: ["amount", "lines"] };
  await insertRows(db, { table: "entered_hours", columns: COLUMNS, rows, onConflict });
}

/** A stored sum. One that is not an amount of money equals no other: its number of lines is NaN. */
export function hourOf({ account, run_id: runId, hour_ms: hourMs, amount, lines }: HourRow): EnteredHour {
  const isMoney = /^-?\d{1,18}\.\d{2,12}$/.test(amount);
  return { account, runId, hourMs, pico: isMoney ? parseMoney(amount) : 0n, lines: isMoney ? lines : Number.NaN };
}
