import { Failure } from "../base/failure.ts";
import { formatMoney } from "../base/money.ts";
import type { LedgerCheck, LedgerFinding, LedgerHead } from "../domain/ledger.ts";
import type { Row } from "../store/database.ts";
import { databaseFailure } from "../store/database-failure.ts";
import type { Store } from "../store/open-store.ts";
import { sql } from "../store/sql.ts";
import { AccountSums, checkEntry, type StoredEntry, type StoredLine } from "./check-entry.ts";
import { type EnteredHour, EnteredHours, hourOf } from "./entered-hours.ts";
import { GENESIS } from "./entry.ts";
import { MerkleTree } from "./merkle.ts";

/** Number of entries per read. */
const PAGE = 2_000;

const LIMITS =
  "A chain proves that nothing inside it was changed. Only a head stored elsewhere can show that its end was truncated or that it was rewritten: ledger verify --head FILE.";

/**
 * Verifies the complete ledger: every hash and link, numbers without gaps, balanced entries, lines and balances that
 * agree with the entries, and the separately stored head, if one is given. Memory does not grow with the ledger.
 *
 * @throws Failure outside if the database file is so damaged that it cannot be read
 */
export async function verifyLedger(
  store: Pick<Store, "db" | "kind" | "dataDir">,
  head?: LedgerHead,
): Promise<LedgerCheck> {
  try {
    return await readLedger(store, head);
  } catch (error) {
    throw unreadable(databaseFailure(error, store.dataDir));
  }
}

/** Converts a SQLite error about a damaged schema, such as the name of a column, to a Failure. */
function unreadable(error: unknown): unknown {
  const isOfSqlite = error instanceof Error && "errcode" in error;
  if (!isOfSqlite) return error;
  return new Failure("outside", `the ledger cannot be read: ${error.message}`, {
    hint: "restore a backup",
    cause: error,
  });
}

async function readLedger({ db, kind }: Pick<Store, "db" | "kind">, head?: LedgerHead): Promise<LedgerCheck> {
  const findings: LedgerFinding[] = [];
  const tree = new MerkleTree();
  const [sums, hours] = [new AccountSums(), new EnteredHours()];
  let previousHash = GENESIS;
  let expected = 1;
  let headRoot: string | undefined;
  const periods = await db.selectFrom("ledger_periods").selectAll().orderBy("period").execute();
  for await (const { row, lines } of storedEntries(db)) {
    if (row.seq > expected) {
      findings.push({ seq: expected, kind: "missing", text: gapText(expected, row.seq) });
    } else if (row.previous_hash !== previousHash) {
      findings.push({
        seq: row.seq,
        kind: "swapped",
        text: `entry ${row.seq} does not follow entry ${row.seq - 1}: it links to another entry`,
      });
    }
    findings.push(...checkEntry(row, lines, { sums, hours }));
    expected = row.seq + 1;
    previousHash = row.hash ?? "";
    tree.add(Buffer.from(previousHash, "hex"));
    if (tree.size === head?.size) headRoot = tree.root();
    for (const period of periods)
      if (period.size === tree.size && (tree.root() !== period.root || row.hash !== period.hash))
        findings.push(periodFinding(period));
  }
  findings.push(...periods.filter(({ size }) => size > tree.size).map(periodFinding));
  findings.push(...(await balanceFindings(db, sums)), ...(await hourFindings(db, hours)));
  if (kind === "sqlite") findings.push(...(await fileFindings(db)));
  if (head !== undefined) findings.push(...headFindings(head, tree.size, headRoot));
  return {
    size: tree.size,
    hash: previousHash,
    root: tree.root(),
    isIntact: findings.length === 0,
    findings,
    limits: LIMITS,
  };
}

/** Entries in order, each with its stored lines. */
async function* storedEntries(db: Store["db"]): AsyncGenerator<{ row: StoredEntry; lines: StoredLine[] }> {
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom("ledger_entries")
      .select(["seq", "body", "previous_hash", "hash"])
      .where("seq", ">", after)
      .orderBy("seq")
      .limit(PAGE)
      .execute();
    const last = rows.at(-1)?.seq;
    if (last === undefined) return;
    const lines = await db
      .selectFrom("ledger_lines")
      .select(["seq", "account", "currency", "amount", "run_id", "effective_ms"])
      .where("seq", ">", after)
      .where("seq", "<=", last)
      .orderBy("seq")
      .orderBy("line_no")
      .execute();
    let next = 0;
    for (const row of rows) {
      while (next < lines.length && lines[next]!.seq < row.seq) next++; // lines of a missing entry
      const from = next;
      while (next < lines.length && lines[next]!.seq === row.seq) next++;
      yield { row, lines: lines.slice(from, next) };
    }
    after = last;
  }
}

function periodFinding({ period, size }: Row<"ledger_periods">): LedgerFinding {
  return {
    seq: null,
    kind: "period",
    text: `the first ${size} entries differ from those with which ${period} was closed`,
  };
}

function gapText(from: number, to: number): string {
  return to === from + 1 ? `entry ${from} is missing` : `entries ${from} to ${to - 1} are missing`;
}

async function balanceFindings(db: Store["db"], sums: AccountSums): Promise<LedgerFinding[]> {
  const balances = await db.selectFrom("ledger_balances").selectAll().orderBy("currency").orderBy("account").execute();
  const stored = new Set(balances.map(({ account, currency }) => `${currency} ${account}`));
  const findings = balances.flatMap(({ account, currency, amount, lines }): LedgerFinding[] => {
    const sum = sums.get(currency, account) ?? { pico: 0n, lines: 0 };
    const isSum = amount === formatMoney(sum.pico);
    if (isSum && lines === sum.lines) return [];
    const what = isSum
      ? `counts ${lines} lines, but its entries have ${sum.lines}`
      : `is ${amount}, but its entries sum to ${formatMoney(sum.pico)}`;
    return [{ seq: null, kind: "balance", text: `the balance of ${currency} ${account} ${what}` }];
  });
  const absent = sums.keys().filter(([currency, account]) => !stored.has(`${currency} ${account}`));
  return [
    ...findings,
    ...absent.map(([currency, account]): LedgerFinding => {
      const text = `the balance of ${currency} ${account} is missing, but its entries sum to ${formatMoney(sums.get(currency, account)!.pico)}`;
      return { seq: null, kind: "balance", text };
    }),
  ];
}

/** Differences between the stored sums of entered costs, which budgets use, and the entries. */
async function hourFindings(db: Store["db"], hours: EnteredHours): Promise<LedgerFinding[]> {
  const rows = await db
    .selectFrom("entered_hours")
    .select(["account", "run_id", "hour_ms", "amount", "lines"])
    .orderBy("hour_ms")
    .orderBy("account")
    .orderBy("run_id")
    .execute();
  const findings: LedgerFinding[] = [];
  const stored = new EnteredHours();
  const note = ({ account, hourMs, runId }: Omit<EnteredHour, "pico" | "lines">): void => {
    const where = `${account}${runId === "" ? "" : `, run ${runId},`} in the hour from ${new Date(hourMs).toISOString()}`;
    findings.push({ seq: null, kind: "balance", text: `the sum of ${where} differs from its entries` });
  };
  for (const row of rows) stored.addSum(hourOf(row));
  for (const hour of stored.all()) {
    const sum = hours.like(hour);
    if (sum?.pico !== hour.pico || sum.lines !== hour.lines) note(hour);
  }
  for (const hour of hours.all()) if (stored.like(hour) === undefined) note(hour);
  return findings;
}

/** Tables of the ledger, whose pages and indexes are checked if the database is a single file. */
const TABLES = ["ledger_entries", "ledger_lines", "ledger_balances", "entered_hours", "ledger_periods"];

/** File damage that is not covered by a hash: SQLite compares the tables with their indexes. */
async function fileFindings(db: Store["db"]): Promise<LedgerFinding[]> {
  const findings: LedgerFinding[] = [];
  for (const table of TABLES) {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(${sql.lit(table)})`.execute(db);
    for (const { integrity_check: text } of rows)
      if (text !== "ok") findings.push({ seq: null, kind: "file", text: `the database file is damaged: ${text}` });
  }
  return findings;
}

function headFindings(head: LedgerHead, size: number, root: string | undefined): LedgerFinding[] {
  const wanted = head.size === 0 ? new MerkleTree().root() : root;
  if (size < head.size) {
    return [
      {
        seq: null,
        kind: "head",
        text: `the ledger has ${size} entries, but the stored head has ${head.size}: its end was truncated`,
      },
    ];
  }
  if (wanted !== head.root) {
    return [
      {
        seq: null,
        kind: "head",
        text: `the first ${head.size} entries differ from those of the stored head: the ledger was rewritten`,
      },
    ];
  }
  return [];
}
