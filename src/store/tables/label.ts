import type { Generated } from "kysely";

/** Tables of `label/`: tasks, their rows, answers and decisions. Times are milliseconds since 1970, UTC. */
export interface LabelTables {
  label_tasks: { task_no: Generated<number>; name: string; programme: string; created_ms: number };
  /** The task file as JSON of `LabelTaskSpec`; a changed file creates a new version. */
  label_versions: { task_no: number; version: number; spec: string; sha256: string; created_ms: number };
  label_items: {
    item_no: Generated<number>;
    task_no: number;
    row_id: string;
    source: string;
    line: number;
    /** Fields of the row, JSON. */
    fields: string;
    stratum: string | null;
    score: number | null;
    /** Number of answers needed. */
    wanted: number;
    /** Known answer, JSON; null if it is not a gold row. */
    gold: string | null;
    suggestion: string | null;
    /** Number of valid answers and skips, updated with every answer, so that the next row is found without counting. */
    answers: number;
    skips: number;
    /** `open`, `agreed`, `disputed`, `decided` or `unresolved`. */
    state: string;
  };
  label_leases: { item_no: number; account_no: number; given_ms: number; until_ms: number };
  label_answers: {
    answer_no: Generated<number>;
    idempotency_key: string;
    item_no: number;
    account_no: number;
    version: number;
    /** JSON; null for a skip. */
    answer: string | null;
    reason: string | null;
    active_ms: number;
    given_ms: number;
    /** Day of the ledger entry that pays for it. */
    cost_day: string;
    is_extra: number;
    /** A suggestion was visible. */
    is_suggested: number;
    /** Time at which it was withdrawn; null while it is valid. */
    undone_ms: number | null;
  };
  label_members: {
    task_no: number;
    account_no: number;
    role: string;
    added_ms: number;
    removed_ms: number | null;
  };
  label_decisions: {
    item_no: number;
    idempotency_key: string;
    account_no: number;
    /** JSON; null if the row stays unresolved. */
    answer: string | null;
    reason: string;
    active_ms: number;
    decided_ms: number;
    cost_day: string;
  };
  /** Days of an annotator whose cost was posted to the ledger. */
  label_costs: { task_no: number; account_no: number; day: string; usd: string; posted_ms: number };
  label_seals: {
    task_no: number;
    seal: number;
    sha256: string;
    /** JSON of `LabelSeal`. */
    manifest: string;
    sealed_ms: number;
  };
}
