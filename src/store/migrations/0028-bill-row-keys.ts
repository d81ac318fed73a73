import type { Migration } from "../migration.ts";

/**
 * Bill lines are found by the first twelve digits of their digest, which are enough to tell them apart: the index is a
 * third of the size, and half of the cost of an insert was the index.
 */
export const billRowKeys: Migration = {
  name: "0028-bill-row-keys",
  statements: () => [
    `drop index bill_lines_by_row`,
    `create index bill_lines_by_row on bill_lines (substr(row_sha256, 1, 12))`,
  ],
};
