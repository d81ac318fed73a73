import type { Db, Row } from "../store/database.ts";
import { kindOf, run } from "../store/statement.ts";

/** Number of entries per read. */
const PAGE = 2_000;

/** A number as stored: one that was added by hand may be too large for a number. */
type Seq = { seq: number | bigint };

/** An entry as stored. Damage can make its hash null. */
export type StoredEntry = Pick<Row<"ledger_entries">, "idempotency_key" | "body" | "previous_hash"> &
  Seq & { hash: string | null };

/** A line as stored for queries. */
export type StoredLine = Pick<Row<"ledger_lines">, "account" | "currency" | "amount" | "run_id" | "effective_ms"> & Seq;

/** Entries in order, with the lines from their first number to their last as one text. */
export type EntryPage = {
  entries: readonly StoredEntry[];
  /** Number of the lines. */
  count: number;
  /** The lines as `joinedLine` writes them, a line feed between two; null without lines. */
  text: string | null;
  /** Reads those lines one by one, which takes twice as long. */
  lines: () => Promise<StoredLine[]>;
};

const ENTRIES =
  "select seq, idempotency_key, body, previous_hash, hash from ledger_entries where seq >= ? order by seq limit ?";

/** A line as text: a tab between two fields. @param char name of the function for a character */
function lineText(char: "char" | "chr"): string {
  const fields = ["seq", "account", "currency", "amount", "coalesce('=' || run_id, '')", "effective_ms"];
  return fields.join(` || ${char}(9) || `);
}

const LINES = {
  sqlite: `select count(*) as count, group_concat(line, char(10)) as text from (select ${lineText("char")} as line from ledger_lines where seq >= ? and seq <= ? order by seq, line_no)`,
  postgres: `select count(*) as count, string_agg(${lineText("chr")}, chr(10) order by seq, line_no) as text from ledger_lines where seq >= ? and seq <= ?`,
};

/** Smallest and largest 64-bit integer: a row that was added by hand may have any number. */
const [FIRST, LAST] = [-(2n ** 63n), 2n ** 63n - 1n];

/** All entries in order of their numbers, page by page. The last page has no entries, but the lines behind them all. */
export async function* storedEntries(db: Db): AsyncGenerator<EntryPage> {
  for (let from = FIRST; from <= LAST;) {
    const entries = await run<StoredEntry>(db, ENTRIES, [from, PAGE]);
    const span = [from, entries.length === 0 ? LAST : BigInt(entries.at(-1)!.seq)] as const;
    const [joined] = await run<Pick<EntryPage, "count" | "text">>(db, LINES[kindOf(db)], span);
    yield { entries, ...joined!, lines: () => storedLines(db, span) };
    from = span[1] + 1n;
  }
}

function storedLines(db: Db, [from, last]: readonly [bigint, bigint]): Promise<StoredLine[]> {
  return run<StoredLine>(
    db,
    "select seq, account, currency, amount, run_id, effective_ms from ledger_lines where seq >= ? and seq <= ? order by seq, line_no",
    [from, last],
  );
}
