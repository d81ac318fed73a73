import * as z from "zod";

import { Money } from "./source.ts";

/** What an entry says happened. */
export const EntryKind = z
  .enum(["reserve", "release", "accrue", "suspend", "bill", "match", "spend", "reverse"])
  .describe(
    "reserve: money reserved for a run; release: the reservation freed; accrue: cost of a run by its activity; suspend: time in which a stale run may have run; bill: an invoice line matched to its class; match: a bill line moved to another class by hand; spend: hours or a fixed cost entered; reverse: an earlier entry taken back",
  );
export type EntryKind = z.infer<typeof EntryKind>;

/** One side of an entry. */
export const EntryLine = z.strictObject({
  account: z.string().min(1).describe("Account, as in `accrued:RUN`, `hold:RUN` or `leak:idle`"),
  amount: Money.describe("Debit above zero, credit below"),
});
export type EntryLine = z.infer<typeof EntryLine>;

/** An entry of the ledger: lines of one currency that sum to zero. */
export const LedgerEntry = z.strictObject({
  version: z.literal(1).describe("Version of this shape: part of what is hashed"),
  seq: z.int().min(1).describe("Number of the entry, without gaps"),
  kind: EntryKind,
  currency: z.string().describe("Currency of all lines"),
  effectiveAt: z.string().describe("When it holds, ISO 8601"),
  recordedAt: z.string().describe("When it was written, by the server's clock, ISO 8601"),
  runId: z.string().nullable().describe("Run it belongs to; null where it belongs to none"),
  memo: z.string().describe("What it is, in words"),
  lines: z.array(EntryLine).min(2).describe("Its lines; debits and credits are equal"),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** Sum of an account. */
export const Balance = z.strictObject({
  account: z.string().describe("Account"),
  currency: z.string().describe("Currency"),
  amount: Money.describe("Debits less credits"),
});
export type Balance = z.infer<typeof Balance>;

/** Which entries of the ledger are wanted. */
export const LedgerQuery = z.strictObject({
  limit: z.int().min(1).max(1_000).default(50).describe("Most entries"),
  account: z
    .string()
    .optional()
    .describe("Entries of this account, as in `leak:no-run`; with a colon at its end, of all that begin with it"),
  kind: EntryKind.optional(),
  run: z.string().optional().describe("Entries of this run; its whole id"),
  from: z.iso.date().optional().describe("Entries that take effect from this day on, UTC"),
  to: z.iso.date().optional().describe("Entries that take effect up to this day, UTC"),
  before: z.int().min(1).optional().describe("Entries before this number: the page after it"),
});
export type LedgerQuery = z.infer<typeof LedgerQuery>;

/** A page of the ledger with its balances. */
export const LedgerPage = z.strictObject({
  entries: z.array(LedgerEntry).describe("Entries, newest first"),
  balances: z.array(Balance).describe("Balances of the accounts asked for, by name, at most 200"),
  moreBalances: z.boolean().describe("More accounts have a balance: ask for those of one name"),
  total: z.int().describe("Entries of the ledger"),
});
export type LedgerPage = z.infer<typeof LedgerPage>;

/** A head of the ledger, to be kept elsewhere. */
export const LedgerHead = z.strictObject({
  size: z.int().describe("Entries"),
  hash: z.string().describe("Hash of the last entry; 64 zeros for none"),
  root: z.string().describe("Root of the Merkle tree over the hashes of the entries (RFC 6962)"),
});
export type LedgerHead = z.infer<typeof LedgerHead>;

/** A month that is closed. */
export const ClosedPeriod = z.strictObject({
  period: z.string().describe("Month, as 2026-10"),
  ...LedgerHead.shape,
  closedAt: z.string().describe("When it was closed, ISO 8601"),
  closedBy: z.string().describe("Who closed it"),
  isRepeat: z.boolean().describe("It was closed before: nothing was written"),
});
export type ClosedPeriod = z.infer<typeof ClosedPeriod>;

/** A calendar month of the ledger, as 2026-11, in UTC. */
export const Month = z.string().regex(/^\d{4}-\d\d$/);

/** A month to close. */
export const CloseRequest = z.strictObject({
  period: Month.describe("Month, as 2026-10"),
  by: z.string().min(1).max(80).describe("Who closes it"),
});
export type CloseRequest = z.infer<typeof CloseRequest>;

/** A proof of RFC 6962 that anybody can check without the ledger. */
export const LedgerProof = z.strictObject({
  kind: z.enum(["inclusion", "consistency"]).describe("That an entry is in a tree, or that a tree begins with another"),
  seq: z.int().nullable().describe("Entry that is in it; null for consistency"),
  body: z.string().nullable().describe("The entry as it is hashed; null for consistency"),
  previousHash: z.string().nullable().describe("Hash of the entry before; null for consistency"),
  earlier: z
    .strictObject({ size: z.int().describe("Entries"), root: z.string().describe("Root") })
    .nullable()
    .describe("The earlier tree; null for inclusion"),
  size: z.int().describe("Entries of the tree"),
  root: z.string().describe("Its root"),
  path: z.array(z.string()).describe("Hashes that lead to the root"),
});
export type LedgerProof = z.infer<typeof LedgerProof>;

/** Whether a proof holds. */
export const ProofCheck = z.strictObject({
  ...LedgerProof.shape,
  holds: z.boolean().describe("The path leads to the root"),
});
export type ProofCheck = z.infer<typeof ProofCheck>;

/** What is wrong in a ledger. */
export const LedgerFinding = z.strictObject({
  seq: z.int().nullable().describe("Entry it is in; null for the ledger as a whole"),
  kind: z
    .enum(["changed", "missing", "swapped", "unbalanced", "lines", "balance", "period", "head", "file"])
    .describe("What was found"),
  text: z.string().describe("What was expected, and what is there"),
});
export type LedgerFinding = z.infer<typeof LedgerFinding>;

/** The check of a ledger. */
export const LedgerCheck = z.strictObject({
  ...LedgerHead.shape,
  isIntact: z.boolean().describe("The check passed"),
  findings: z.array(LedgerFinding).describe("What is wrong"),
  limits: z.string().describe("What such a check cannot see"),
});
export type LedgerCheck = z.infer<typeof LedgerCheck>;
