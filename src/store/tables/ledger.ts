import type { Generated } from "kysely";

/** Tables of `ledger/`. Money is a decimal string; times are milliseconds since 1970, UTC. */
export interface LedgerTables {
  /** Entries in the order in which they were written. Never changed, never removed. */
  ledger_entries: {
    seq: number;
    /** What the client sends again when it did not hear the answer. */
    idempotency_key: string;
    /** The entry as canonical JSON: what the hash is of. */
    body: string;
    previous_hash: string;
    hash: string;
  };
  /** Lines of the entries, for queries: what `body` says, again. */
  ledger_lines: {
    seq: number;
    line_no: number;
    account: string;
    currency: string;
    /** Debit above zero, credit below. */
    amount: string;
    run_id: string | null;
    effective_ms: number;
  };
  /** Sum of the lines of an account. */
  ledger_balances: { account: string; currency: string; amount: string; lines: number };
  budgets: {
    budget_no: Generated<number>;
    /** `programme`, `experiment`, `run`, `tag` or `activity`, and what of it. */
    scope: string;
    scope_key: string;
    /** `total`, or `month`. */
    period: string;
    cap_usd: string;
    /** SHA-256 of the approved budget.json it comes from; null where it was set by hand. */
    source_sha256: string | null;
    set_by: string;
    set_ms: number;
    /** Number of the budget that took its place; null while it holds. */
    replaced_by: number | null;
  };
  bill_files: {
    file_no: Generated<number>;
    sha256: string;
    name: string;
    format: string;
    imported_ms: number;
    lines: number;
    billed: string;
    effective: string;
    currency: string;
  };
  bill_lines: {
    file_no: number;
    line_no: number;
    /** Identity of the row: its digest, and its ordinal among equal rows of the file. */
    row_sha256: string;
    ordinal: number;
    billed: string;
    effective: string;
    period_start_ms: number;
    period_end_ms: number;
    category: string;
    service: string;
    resource: string | null;
    description: string;
    tags: string;
    /** The one class that it ends in; see `domain/bill.ts`. */
    class: string;
    run_id: string | null;
    why: string;
  };
}
