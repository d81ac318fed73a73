import type { Migration } from "../migration.ts";

const COLUMNS =
  "file_no, line_no, row_sha256, ordinal, billed, effective, period_start_ms, period_end_ms, category, service, " +
  "resource, description, tags, class, run_id, why, invoice, account, sku";

/**
 * Splits bill lines that cover several runs into parts. The part becomes a part of the key, so the table is rebuilt.
 */
export const billParts: Migration = {
  name: "0024-bill-parts",
  statements: ({ int64, text, clustered }) => [
    `create table bill_line_parts (
      file_no ${int64} not null references bill_files, line_no ${int64} not null, part ${int64} not null default 1,
      row_sha256 ${text} not null, ordinal ${int64} not null, billed ${text} not null, effective ${text} not null,
      period_start_ms ${int64} not null, period_end_ms ${int64} not null, category ${text} not null,
      service ${text} not null, resource ${text}, description ${text} not null, tags ${text} not null,
      class ${text} not null, run_id ${text}, why ${text} not null, invoice ${text} not null default '',
      account ${text} not null default '', sku ${text} not null default '',
      primary key (file_no, line_no, part)
    ) ${clustered}`,
    `insert into bill_line_parts (${COLUMNS}) select ${COLUMNS} from bill_lines`,
    `drop table bill_lines`,
    `alter table bill_line_parts rename to bill_lines`,
    `create index bill_lines_by_run on bill_lines (run_id)`,
    `create index bill_lines_by_row on bill_lines (row_sha256)`,
  ],
};
