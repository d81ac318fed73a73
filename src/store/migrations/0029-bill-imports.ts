import type { Migration } from "../migration.ts";

/**
 * Each import of a bill has an identifier of its own, so that a process whose file was taken over by another one stores
 * no more lines: the number of a removed file is used again by SQLite.
 */
export const billImports: Migration = {
  name: "0029-bill-imports",
  statements: ({ text }) => [`alter table bill_files add column import_id ${text} not null default ''`],
};
