import { formatMoney, parseMoney } from "../base/money.ts";
import type { LedgerFinding } from "../domain/ledger.ts";
import { entryHash } from "./entry.ts";
import type { EnteredHours } from "./entered-hours.ts";
import type { StoredEntry, StoredLine } from "./stored-entries.ts";

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
export type EntryBody = {
  version: number;
  seq: number;
  currency: string;
  runId: string | null;
  effectiveAt: string;
  /** Absent from entries of version 1. */
  idempotencyKey?: string;
  lines: { account: string; amount: string }[];
};

/** Versions of the schema of an entry. Those of version 1 do not contain their idempotency key. */
const VERSIONS: ReadonlySet<number> = new Set([1, 2]);

/** Sums over all entries that were checked. */
export type Gathered = { sums: AccountSums; hours: EnteredHours };

/**
 * Compares an entry with its hash and adds its lines to the sums.
 *
 * @returns its body, undefined if that is not what was hashed; and what is wrong with it
 */
export function checkEntry(
  row: StoredEntry,
  { sums, hours }: Gathered,
): { body: EntryBody | undefined; finding: LedgerFinding | undefined } {
  const seq = Number(row.seq);
  const changed = (text: string): ReturnType<typeof checkEntry> => ({
    body: undefined,
    finding: { seq, kind: "changed", text: `entry ${seq} ${text}` },
  });
  if (entryHash(row.previous_hash, row.body) !== row.hash)
    return changed("was changed: its hash does not match its content");
  const body = JSON.parse(row.body) as EntryBody;
  if (!VERSIONS.has(body.version) || body.seq !== seq || !Array.isArray(body.lines))
    return changed("does not have this version and number");
  let sum = 0n;
  for (const { account, amount } of body.lines) {
    const pico = parseMoney(amount);
    sum += pico;
    sums.add(body.currency, account, pico);
  }
  hours.add(body);
  if (body.version > 1 && body.idempotencyKey !== row.idempotency_key) {
    const text = `entry ${seq} was changed: its idempotency key is not the one in its content, so a repeated call would post it again`;
    return { body, finding: { seq, kind: "changed", text } };
  }
  if (sum === 0n) return { body, finding: undefined };
  return {
    body,
    finding: { seq, kind: "unbalanced", text: `entry ${seq} does not balance: off by ${formatMoney(sum)}` },
  };
}

/** A tab or a line feed, which separate the fields and lines of a text. */
const SEPARATOR = /[\t\n]/;

/**
 * Whether the lines of entries are certainly those of a text with that number of lines, as `EntryPage` has it. If a field
 * contains a separator, the text proves nothing.
 */
export function areJoinedLines(
  bodies: readonly EntryBody[],
  { count, text }: { count: number; text: string | null },
): boolean {
  let [lines, expected] = [0, ""];
  for (const { seq, lines: own, currency, runId, effectiveAt } of bodies) {
    const rest = `\t${runId === null ? "" : `=${runId}`}\t${Date.parse(effectiveAt)}`;
    if ((runId !== null && SEPARATOR.test(runId)) || SEPARATOR.test(currency)) return false;
    for (const { account, amount } of own) {
      if (SEPARATOR.test(account)) return false;
      expected += `${lines === 0 ? "" : "\n"}${seq}\t${account}\t${currency}\t${amount}${rest}`;
      lines += 1;
    }
  }
  return lines === count && expected === (text ?? "");
}

/** Whether stored lines are those of an entry. */
export function areLinesOf({ lines, currency, runId, effectiveAt }: EntryBody, stored: readonly StoredLine[]): boolean {
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
