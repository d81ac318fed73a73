import * as z from "zod";

import { Money } from "./source.ts";

/** Kind of a ledger entry. */
export const EntryKind = z
  .enum(["reserve", "release", "accrue", "suspend", "bill", "match", "spend", "reverse"])
  .describe(
    "reserve: money reserved for a run; release: a reservation freed; accrue: cost of a run by its activity; suspend: time in which a stale run may have run; bill: an invoice line matched to its class; match: a bill line moved to another class by hand; spend: hours or a fixed cost entered; reverse: an earlier entry reversed",
  );
export type EntryKind = z.infer<typeof EntryKind>;

/** One side of an entry. */
export const EntryLine = z.strictObject({
  account: z.string().min(1).describe("Account, such as `accrued:RUN`, `hold:RUN` or `leak:idle`"),
  amount: Money.describe("Amount: positive for a debit, negative for a credit"),
});
export type EntryLine = z.infer<typeof EntryLine>;

/** A ledger entry: lines of one currency that sum to zero. */
export const LedgerEntry = z.strictObject({
  version: z.literal([1, 2]).describe("Version of this schema; part of what is hashed"),
  seq: z.int().min(1).describe("Number of the entry; numbers have no gaps"),
  kind: EntryKind,
  currency: z.string().describe("Currency of all lines"),
  effectiveAt: z.string().describe("When it takes effect, ISO 8601"),
  recordedAt: z.string().describe("When it was written, by the server's clock, ISO 8601"),
  runId: z.string().nullable().describe("Run of the entry; null if none"),
  memo: z.string().describe("Description"),
  idempotencyKey: z
    .string()
    .optional()
    .describe("Key by which a repeated call is recognised; absent from entries of version 1"),
  lines: z.array(EntryLine).min(2).describe("Lines; debits and credits are equal"),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** Balance of an account. */
export const Balance = z.strictObject({
  account: z.string().describe("Account"),
  currency: z.string().describe("Currency"),
  amount: Money.describe("Debits minus credits"),
});
export type Balance = z.infer<typeof Balance>;

/** Filter for ledger entries. */
export const LedgerQuery = z.strictObject({
  limit: z.int().min(1).max(1_000).default(50).describe("Maximum number of entries"),
  account: z
    .string()
    .optional()
    .describe(
      "Entries of this account, such as `leak:no-run`; with a trailing colon, of all accounts with this prefix",
    ),
  kind: EntryKind.optional(),
  run: z.string().optional().describe("Entries of this run, by its full id"),
  from: z.iso.date().optional().describe("Entries that take effect on or after this day, UTC"),
  to: z.iso.date().optional().describe("Entries that take effect on or before this day, UTC"),
  before: z.int().min(1).optional().describe("Entries before this number: the next page"),
});
export type LedgerQuery = z.infer<typeof LedgerQuery>;

/** A page of the ledger, with balances. */
export const LedgerPage = z.strictObject({
  entries: z.array(LedgerEntry).describe("Entries, newest first"),
  balances: z.array(Balance).describe("Balances of the requested accounts by name, at most 200"),
  moreBalances: z.boolean().describe("More accounts have a balance; request those of one prefix"),
  total: z.int().describe("Number of entries in the ledger"),
});
export type LedgerPage = z.infer<typeof LedgerPage>;

/** A ledger head, to be stored separately. */
export const LedgerHead = z.strictObject({
  size: z.int().describe("Number of entries"),
  hash: z.string().describe("Hash of the last entry; 64 zeros if there are none"),
  root: z.string().describe("Root of the Merkle tree over the hashes of the entries (RFC 6962)"),
});
export type LedgerHead = z.infer<typeof LedgerHead>;

/** A closed month. */
export const ClosedPeriod = z.strictObject({
  period: z.string().describe("Month, as in 2026-10"),
  ...LedgerHead.shape,
  closedAt: z.string().describe("When it was closed, ISO 8601"),
  closedBy: z.string().describe("Who closed it"),
  isRepeat: z.boolean().describe("It was already closed; nothing was written"),
});
export type ClosedPeriod = z.infer<typeof ClosedPeriod>;

/** A calendar month of the ledger in UTC, such as 2026-11. */
export const Month = z.string().regex(/^\d{4}-\d\d$/);

/** A month to close. */
export const CloseRequest = z.strictObject({
  period: Month.describe("Month, as in 2026-10"),
  by: z.string().min(1).max(80).describe("Who closes it"),
});
export type CloseRequest = z.infer<typeof CloseRequest>;

/** An RFC 6962 proof that can be checked without the ledger. */
export const LedgerProof = z.strictObject({
  kind: z
    .enum(["inclusion", "consistency"])
    .describe("inclusion: an entry is in a tree; consistency: one tree extends another"),
  seq: z.int().nullable().describe("Entry to be proved; null for consistency"),
  body: z.string().nullable().describe("The entry in its hashed form; null for consistency"),
  previousHash: z.string().nullable().describe("Hash of the previous entry; null for consistency"),
  earlier: z
    .strictObject({ size: z.int().describe("Number of entries"), root: z.string().describe("Root") })
    .nullable()
    .describe("The earlier tree; null for inclusion"),
  size: z.int().describe("Number of entries of the tree"),
  root: z.string().describe("Its root"),
  path: z.array(z.string()).describe("Hashes that lead to the root"),
});
export type LedgerProof = z.infer<typeof LedgerProof>;

/** Result of checking a proof. */
export const ProofCheck = z.strictObject({
  ...LedgerProof.shape,
  holds: z.boolean().describe("The path leads to the root"),
});
export type ProofCheck = z.infer<typeof ProofCheck>;

/** A problem in a ledger. */
export const LedgerFinding = z.strictObject({
  seq: z.int().nullable().describe("Entry with the problem; null for the ledger as a whole"),
  kind: z
    .enum(["changed", "missing", "added", "swapped", "unbalanced", "lines", "balance", "period", "head", "file"])
    .describe("What was found"),
  text: z.string().describe("What was expected, and what was found"),
});
export type LedgerFinding = z.infer<typeof LedgerFinding>;

/** Result of checking a ledger. */
export const LedgerCheck = z.strictObject({
  ...LedgerHead.shape,
  isIntact: z.boolean().describe("The check passed"),
  findings: z.array(LedgerFinding).describe("Problems"),
  limits: z.string().describe("What this check cannot detect"),
});
export type LedgerCheck = z.infer<typeof LedgerCheck>;
