import type { Generated } from "kysely";

/** Tables of accounts: people who sign in with a link. Times are milliseconds since 1970, UTC. */
export interface AccountTables {
  accounts: {
    account_no: Generated<number>;
    name: string;
    /** An `annotator` sees only the labelling page. */
    role: string;
    created_ms: number;
  };
  /** Links and sessions. The token itself is never stored. */
  account_tokens: {
    token_sha256: string;
    account_no: number;
    /** `invitation` or `session`. */
    purpose: string;
    created_ms: number;
    expires_ms: number;
    /** Time at which an invitation was accepted, or a session ended; null while it is valid. */
    used_ms: number | null;
  };
}
