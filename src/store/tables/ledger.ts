import type { Generated } from "kysely";

/** Tables of `ledger/`. Money is a decimal string; times are milliseconds since 1970, UTC. */
export interface LedgerTables {
  /** Entries in order of writing. Never changed or deleted. */
  ledger_entries: {
    seq: number;
    /** Idempotency key of the client. */
    idempotency_key: string;
    /** The entry as canonical JSON, which is hashed. */
    body: string;
    previous_hash: string;
    hash: string;
  };
  /** Lines of the entries for queries; a copy of the content of `body`. */
  ledger_lines: {
    seq: number;
    line_no: number;
    account: string;
    currency: string;
    /** Debits are positive, credits negative. */
    amount: string;
    run_id: string | null;
    effective_ms: number;
  };
  /** Sum of the lines of an account. */
  ledger_balances: { account: string; currency: string; amount: string; lines: number };
  /**
   * Sums of entered costs in US dollars by account, run (empty: none) and hour. Lines of earlier versions are stored one by
   * one, with the number of their entry and line; both are 0 for a sum.
   */
  entered_hours: {
    account: string;
    run_id: string;
    hour_ms: number;
    seq: number;
    line_no: number;
    amount: string;
    lines: number;
  };
  /** Postings of an interval of activity; one row per interval. */
  accruals: {
    activity_no: number;
    run_no: number;
    /** End of the time that was posted. */
    posted_to_ms: number;
    /** Sum posted to `accrued:RUN`. */
    posted_usd: string;
    /** Sum in suspense: time in which a stale run may have been running. */
    suspense_usd: string;
    /** Time at which the run was last seen when it was put into suspense; null if it was not put into suspense. */
    suspense_from_ms: number | null;
    /** End of the time in suspense; null if there is none. */
    suspense_to_ms: number | null;
    /** `open`, `settled`, or `unpriced` if an ended interval had no price. */
    state: string;
    /** Number of its postings and corrections so far, which is part of their idempotency keys. */
    postings: number;
  };
  budgets: {
    budget_no: Generated<number>;
    /** `programme`, `experiment`, `run`, `tag` or `activity`, with its value. */
    scope: string;
    scope_key: string;
    /** `total`, or `month`. */
    period: string;
    cap_usd: string;
    /** SHA-256 of the approved budget.json it comes from; null if it was set by hand. */
    source_sha256: string | null;
    set_by: string;
    set_ms: number;
    /** Number of the budget that replaced it; null while it is active. */
    replaced_by: number | null;
  };
  /** Decisions of the guard: one row each time the answer for a run changes. */
  guard_decisions: {
    decision_no: Generated<number>;
    run_id: string;
    action: string;
    reason: string;
    spent_usd: string | null;
    decided_ms: number;
  };
  /** Alerts that were raised, each once per budget, period and share of the cap. */
  budget_alerts: {
    budget_no: number;
    /** `YYYY-MM`; empty for a budget over all time. */
    period_key: string;
    percent: number;
    text: string;
    raised_ms: number;
    /** Time by which every destination had received it; null until then. */
    sent_ms: number | null;
    /** Error of the last attempt to send it. */
    problem: string | null;
  };
  alert_targets: { target_no: Generated<number>; kind: string; address: string; added_ms: number };
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
    /** `loading` until its last line is stored and its entries are posted, then `posted`, or `replaced`. */
    state: string;
    /** Identifier of the import that stores the lines; empty for files of earlier versions. */
    import_id: Generated<string>;
    /** File that was imported to replace it; null while it is active. */
    replaced_by: number | null;
  };
  bill_lines: {
    file_no: number;
    line_no: number;
    /** 1; a line that several runs share has more parts, largest first, which sum to it. */
    part: Generated<number>;
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
    /** The class of the line; see `domain/bill.ts`. */
    class: string;
    run_id: string | null;
    why: string;
    /** Invoice of the line; empty if the file does not give it. */
    invoice: string;
    account: string;
    sku: string;
  };
  /** Sums of the lines of a file by class, stored so that totals need not read millions of lines. */
  bill_sums: {
    file_no: number;
    class: string;
    lines: number;
    billed: string;
    effective: string;
    /** End of its last charge. */
    until_ms: number;
  };
  /** US dollars per unit of a currency from a day on, each with its source. */
  currency_rates: { currency: string; day: string; usd: string; source: string; set_ms: number };
  /** Spans of traces that were priced: `posted`, or `unpriced` if neither a cost nor a price is known. */
  priced_spans: { trace_no: number; span_id: string; state: string };
  /** Closed months, in which no entry takes effect any more. */
  ledger_periods: {
    /** `YYYY-MM`. */
    period: string;
    size: number;
    hash: string;
    root: string;
    closed_ms: number;
    closed_by: string;
  };
}
