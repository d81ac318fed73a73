import { formatMoney, parseMoney } from "../base/money.ts";
import { type LedgerCheck, LedgerEntry, type LedgerFinding, type LedgerHead } from "../domain/ledger.ts";
import type { Row } from "../store/database.ts";
import type { Store } from "../store/open-store.ts";
import { entryHash, GENESIS } from "./entry.ts";
import { merkleRoot } from "./merkle.ts";

/** Entries that are read at a time. */
const PAGE = 10_000;

const LIMITS =
  "A chain proves that nothing inside it was changed. That its end was cut off, or that all of it was written anew, shows only against a head that was kept elsewhere: ledger verify --head FILE.";

/**
 * Reads the whole ledger: every hash and link, numbers without gaps, entries that balance, lines and balances that say
 * what the entries say, and the head that was kept elsewhere, where one is given.
 */
export async function verifyLedger({ db }: Pick<Store, "db">, head?: LedgerHead): Promise<LedgerCheck> {
  const findings: LedgerFinding[] = [];
  const leaves: Buffer[] = [];
  const sums = new Map<string, bigint>();
  let previousHash = GENESIS;
  let expected = 1;
  let headRoot: string | undefined;
  const periods = await db.selectFrom("ledger_periods").selectAll().orderBy("period").execute();
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom("ledger_entries")
      .selectAll()
      .where("seq", ">", after)
      .orderBy("seq")
      .limit(PAGE)
      .execute();
    if (rows.length === 0) break;
    const lines = await db
      .selectFrom("ledger_lines")
      .selectAll()
      .where("seq", ">", after)
      .where("seq", "<=", rows.at(-1)!.seq)
      .orderBy("seq")
      .orderBy("line_no")
      .execute();
    const bySeq = new Map<number, Row<"ledger_lines">[]>();
    for (const line of lines) bySeq.set(line.seq, [...(bySeq.get(line.seq) ?? []), line]);
    for (const row of rows) {
      if (row.seq > expected) {
        findings.push({ seq: expected, kind: "missing", text: gapText(expected, row.seq) });
      } else if (row.previous_hash !== previousHash) {
        findings.push({
          seq: row.seq,
          kind: "swapped",
          text: `entry ${row.seq} does not follow on entry ${row.seq - 1}: its link is to another entry`,
        });
      }
      findings.push(...entryFindings(row, bySeq.get(row.seq) ?? [], sums));
      expected = row.seq + 1;
      previousHash = row.hash;
      leaves.push(Buffer.from(row.hash, "hex"));
      if (leaves.length === head?.size) headRoot = merkleRoot(leaves);
      for (const period of periods.filter(({ size }) => size === leaves.length))
        if (merkleRoot(leaves) !== period.root || row.hash !== period.hash) findings.push(periodFinding(period));
    }
    after = rows.at(-1)!.seq;
  }
  findings.push(...periods.filter(({ size }) => size > leaves.length).map(periodFinding));
  findings.push(...(await balanceFindings(db, sums)));
  if (head !== undefined) findings.push(...headFindings(head, leaves.length, headRoot));
  return {
    size: leaves.length,
    hash: previousHash,
    root: merkleRoot(leaves),
    isIntact: findings.length === 0,
    findings,
    limits: LIMITS,
  };
}

function periodFinding({ period, size }: Row<"ledger_periods">): LedgerFinding {
  return {
    seq: null,
    kind: "period",
    text: `the first ${size} entries are not those with which ${period} was closed`,
  };
}

function gapText(from: number, to: number): string {
  return to === from + 1 ? `entry ${from} is missing` : `entries ${from} to ${to - 1} are missing`;
}

function entryFindings(
  row: Row<"ledger_entries">,
  lines: readonly Row<"ledger_lines">[],
  sums: Map<string, bigint>,
): LedgerFinding[] {
  const { seq } = row;
  if (entryHash(row.previous_hash, row.body) !== row.hash) {
    return [{ seq, kind: "changed", text: `entry ${seq} was changed: its content does not give its hash` }];
  }
  const parsed = LedgerEntry.safeParse(JSON.parse(row.body));
  if (!parsed.success || parsed.data.seq !== seq) {
    return [{ seq, kind: "changed", text: `entry ${seq} is not an entry of this version and number` }];
  }
  const { currency, runId } = parsed.data;
  let sum = 0n;
  for (const { account, amount } of parsed.data.lines) {
    const pico = parseMoney(amount);
    sum += pico;
    const key = `${currency} ${account}`;
    sums.set(key, (sums.get(key) ?? 0n) + pico);
  }
  const stored = lines.map(({ account, amount, run_id }) => `${account} ${amount} ${run_id}`).join("\n");
  const wanted = parsed.data.lines.map(({ account, amount }) => `${account} ${amount} ${runId}`).join("\n");
  return [
    ...(sum === 0n
      ? []
      : [{ seq, kind: "unbalanced" as const, text: `entry ${seq} does not balance: off by ${formatMoney(sum)}` }]),
    ...(stored === wanted
      ? []
      : [{ seq, kind: "lines" as const, text: `the lines of entry ${seq} are not those of its content` }]),
  ];
}

async function balanceFindings(db: Store["db"], sums: ReadonlyMap<string, bigint>): Promise<LedgerFinding[]> {
  const balances = await db.selectFrom("ledger_balances").selectAll().execute();
  const stored = new Map(
    balances.map(({ account, currency, amount }) => [`${currency} ${account}`, parseMoney(amount)]),
  );
  return [...new Set([...sums.keys(), ...stored.keys()])].toSorted().flatMap((key): LedgerFinding[] => {
    const [sum, balance] = [sums.get(key) ?? 0n, stored.get(key) ?? 0n];
    if (sum === balance) return [];
    return [
      {
        seq: null,
        kind: "balance",
        text: `the balance of ${key} is ${formatMoney(balance)}, its entries sum to ${formatMoney(sum)}`,
      },
    ];
  });
}

function headFindings(head: LedgerHead, size: number, root: string | undefined): LedgerFinding[] {
  const wanted = head.size === 0 ? merkleRoot([]) : root;
  if (size < head.size) {
    return [
      {
        seq: null,
        kind: "head",
        text: `the ledger has ${size} entries, the head that was kept has ${head.size}: its end was cut off`,
      },
    ];
  }
  if (wanted !== head.root) {
    return [
      {
        seq: null,
        kind: "head",
        text: `the first ${head.size} entries are not those of the head that was kept: the ledger was written anew`,
      },
    ];
  }
  return [];
}
