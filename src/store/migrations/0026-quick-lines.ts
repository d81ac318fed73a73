import type { Migration } from "../migration.ts";

/**
 * Lines of bills and entries without foreign keys on PostgreSQL, which runs a query for each row to check one: a third of
 * the time of a large bill. A file or an entry and its lines are written by one function, and `ledger verify` compares
 * entries with lines. Bill lines that name no run are not in the index of runs.
 */
export const quickLines: Migration = {
  name: "0026-quick-lines",
  statements: ({ dropForeignKey }) => [
    ...dropForeignKey("bill_lines", "bill_line_parts_file_no_fkey"),
    ...dropForeignKey("ledger_lines", "ledger_lines_seq_fkey"),
    `drop index bill_lines_by_run`,
    `create index bill_lines_by_run on bill_lines (run_id) where run_id is not null`,
  ],
};
