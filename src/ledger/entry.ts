import { Failure } from "../base/failure.ts";
import { canonicalJson, sha256 } from "../base/hash.ts";
import { parseMoney } from "../base/money.ts";
import type { EntryKind, EntryLine, LedgerEntry } from "../domain/ledger.ts";

/** An entry to write. Its other fields follow from the ledger. */
export type NewEntry = {
  /** Idempotency key: a repeated call writes nothing; a call with different content is refused. */
  idempotencyKey: string;
  kind: EntryKind;
  currency: string;
  effectiveMs: number;
  runId: string | null;
  memo: string;
  lines: readonly EntryLine[];
};

/** Hash before the first entry. */
export const GENESIS = "0".repeat(64);

/**
 * Hash of an entry, computed from the previous hash and the canonical body, which contains the version of its schema.
 */
export function entryHash(previousHash: string, body: string): string {
  return sha256(`${previousHash}\n${body}`);
}

/** The body of an entry in the form that is hashed and stored. */
export function entryBody(entry: LedgerEntry): string {
  return canonicalJson(entry);
}

/**
 * Refuses an entry whose lines do not sum to zero, or that has a line with no amount.
 *
 * @throws Failure bad_input
 */
export function checkBalanced({ lines, memo }: Pick<NewEntry, "lines" | "memo">): void {
  const sum = lines.reduce((total, { amount }) => total + parseMoney(amount), 0n);
  if (sum !== 0n || lines.length < 2) {
    throw new Failure("bad_input", `the lines of "${memo}" do not balance: debits and credits must be equal`, {
      hint: "make the amounts of the lines sum to zero",
    });
  }
  const empty = lines.find(({ amount }) => parseMoney(amount) === 0n);
  if (empty !== undefined)
    throw new Failure("bad_input", `the line ${empty.account} of "${memo}" has no amount`, {
      hint: "remove the line, or give it an amount",
    });
}
