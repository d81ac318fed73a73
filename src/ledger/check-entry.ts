import { formatMoney, parseMoney } from "../base/money.ts";
import type { LedgerFinding } from "../domain/ledger.ts";
import type { Row } from "../store/database.ts";
import { entryHash } from "./entry.ts";
import type { EnteredHours } from "./entered-hours.ts";

/** An entry as stored. In a damaged file the hash may be missing. */
export type StoredEntry = Pick<Row<"ledger_entries">, "seq" | "body" | "previous_hash"> & { hash: string | null };

/** A line as stored for queries. */
export type StoredLine = Pick<
  Row<"ledger_lines">,
  "seq" | "account" | "currency" | "amount" | "run_id" | "effective_ms"
>;

/** Sums of entries by account, with the number of lines. */
export class AccountSums {
  readonly #byCurrency = new Map<string, Map<string, { pico: bigint; lines: number }>>();

  /** Adds a line. */
  add(currency: string, account: string, pico: bigint): void {
    let accounts = this.#byCurrency.get(currency);
    if (accounts === undefined) this.#byCurrency.set(currency, (accounts = new Map()));
    const sum = accounts.get(account);
    if (sum === undefined) accounts.set(account, { pico, lines: 1 });
    else {
      sum.pico += pico;
      sum.lines += 1;
    }
  }

  /** Sum of an account; undefined if it has no lines. */
  get(currency: string, account: string): { pico: bigint; lines: number } | undefined {
    return this.#byCurrency.get(currency)?.get(account);
  }

  /** Currency and account of every sum. */
  keys(): [currency: string, account: string][] {
    return [...this.#byCurrency].flatMap(([currency, accounts]) =>
      [...accounts.keys()].map((account): [string, string] => [currency, account]),
    );
  }
}

/**
 * The parts of a body that the check needs. They are parsed by hand, because a schema would cost more than the hash,
 * and the hash proves the rest.
 */
type Body = {
  version: number;
  seq: number;
  currency: string;
  runId: string | null;
  effectiveAt: string;
  lines: { account: string; amount: string }[];
};

/** Compares an entry with its hash, and its lines with its content; adds its lines to the sums. */
export function checkEntry(
  row: StoredEntry,
  lines: readonly StoredLine[],
  { sums, hours }: { sums: AccountSums; hours: EnteredHours },
): LedgerFinding[] {
  const { seq } = row;
  if (entryHash(row.previous_hash, row.body) !== row.hash) {
    return [{ seq, kind: "changed", text: `entry ${seq} was changed: its hash does not match its content` }];
  }
  const body = JSON.parse(row.body) as Body;
  if (body.version !== 1 || body.seq !== seq || !Array.isArray(body.lines)) {
    return [{ seq, kind: "changed", text: `entry ${seq} does not have this version and number` }];
  }
  let sum = 0n;
  for (const { account, amount } of body.lines) {
    const pico = parseMoney(amount);
    sum += pico;
    sums.add(body.currency, account, pico);
  }
  hours.add(body);
  const findings: LedgerFinding[] = [];
  if (sum !== 0n)
    findings.push({ seq, kind: "unbalanced", text: `entry ${seq} does not balance: off by ${formatMoney(sum)}` });
  if (!areLinesOf(body, lines))
    findings.push({ seq, kind: "lines", text: `the lines of entry ${seq} differ from its content` });
  return findings;
}

function areLinesOf({ lines, currency, runId, effectiveAt }: Body, stored: readonly StoredLine[]): boolean {
  if (stored.length !== lines.length) return false;
  const effectiveMs = Date.parse(effectiveAt);
  return stored.every(
    (line, index) =>
      line.account === lines[index]!.account &&
      line.amount === lines[index]!.amount &&
      line.currency === currency &&
      line.run_id === runId &&
      line.effective_ms === effectiveMs,
  );
}
