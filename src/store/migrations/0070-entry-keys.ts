import type { Migration } from "../migration.ts";

/**
 * Entries of the ledger contain their idempotency key from here on (version 2). No table changes, but a program of an
 * earlier version would report them as changed, so it must refuse the database.
 */
export const entryKeys: Migration = { name: "0070-entry-keys", statements: () => [] };
