import { Failure } from "../base/failure.ts";
import { formatMoney } from "../base/money.ts";
import type { LedgerCheck, LedgerFinding, LedgerHead } from "../domain/ledger.ts";
import { databaseFailure } from "../store/database-failure.ts";
import type { Store } from "../store/open-store.ts";
import { sql } from "../store/sql.ts";
import { AccountSums, areJoinedLines, areLinesOf, checkEntry, type EntryBody } from "./check-entry.ts";
import { type EnteredHour, EnteredHours, hourOf } from "./entered-hours.ts";
import { MerkleTree } from "./merkle.ts";
import { ReadChain } from "./read-chain.ts";
import { storedEntries, type StoredLine } from "./stored-entries.ts";

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
  const chain = new ReadChain(
    await db.selectFrom("ledger_periods").selectAll().orderBy("period").execute(),
    head?.size,
  );
  const gathered = { sums: new AccountSums(), hours: new EnteredHours() };
  for await (const page of storedEntries(db)) {
    const bodies = new Map<number, EntryBody | undefined>();
    for (const row of page.entries) {
      if (row.seq < 1) {
        findings.push({ seq: Number(row.seq), kind: "added", text: `entry ${row.seq} was added: numbers begin at 1` });
        continue;
      }
      findings.push(...chain.add(row));
      const { body, finding } = checkEntry(row, gathered);
      if (finding !== undefined) findings.push(finding);
      bodies.set(Number(row.seq), body);
    }
    const known = [...bodies.values()].filter((body) => body !== undefined);
    if (!areJoinedLines(known, page)) findings.push(...lineFindings(bodies, await page.lines()));
  }
  findings.push(...chain.unreachedPeriods());
  findings.push(...(await balanceFindings(db, gathered.sums)), ...(await hourFindings(db, gathered.hours)));
  if (kind === "sqlite") findings.push(...(await fileFindings(db)));
  const { size, hash, root } = chain.head();
  if (head !== undefined) findings.push(...headFindings(head, size, chain.wantedRoot));
  return { size, hash, root, isIntact: findings.length === 0, findings, limits: LIMITS };
}

/**
 * Differences between stored lines and the entries of a page.
 *
 * @param bodies by number; undefined for an entry that was changed, of which nothing is known
 */
function lineFindings(
  bodies: ReadonlyMap<number, EntryBody | undefined>,
  lines: readonly StoredLine[],
): LedgerFinding[] {
  const bySeq = new Map<number, StoredLine[]>();
  for (const line of lines) {
    const seq = Number(line.seq);
    const known = bySeq.get(seq);
    if (known === undefined) bySeq.set(seq, [line]);
    else known.push(line);
  }
  const differing = [...bodies]
    .filter(([seq, body]) => body !== undefined && !areLinesOf(body, bySeq.get(seq) ?? []))
    .map(([seq]): LedgerFinding => ({ seq, kind: "lines", text: `the lines of entry ${seq} differ from its content` }));
  const added = [...bySeq.keys()]
    .filter((seq) => !bodies.has(seq))
    .map((seq): LedgerFinding => {
      const text = `there are lines with the number ${seq}, but no such entry`;
      return { seq, kind: "added", text };
    });
  return [...differing, ...added];
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
