import type { Migration } from "../migration.ts";

/** Corrected bills, invoices of lines, exchange rates, and closed months. */
export const bills: Migration = {
  name: "0022-bills",
  statements: ({ int64, text, clustered }) => [
    `alter table bill_files add column state ${text} not null default 'posted'`,
    `alter table bill_files add column replaced_by ${int64}`,
    `alter table bill_lines add column invoice ${text} not null default ''`,
    `alter table bill_lines add column account ${text} not null default ''`,
    `alter table bill_lines add column sku ${text} not null default ''`,
    `create index bill_lines_by_row on bill_lines (row_sha256)`,
    `create table bill_sums (
      file_no ${int64} not null, class ${text} not null, lines ${int64} not null, billed ${text} not null,
      effective ${text} not null, until_ms ${int64} not null,
      primary key (file_no, class)
    ) ${clustered}`,
    `create table currency_rates (
      currency ${text} not null, day ${text} not null, usd ${text} not null, source ${text} not null,
      set_ms ${int64} not null,
      primary key (currency, day)
    ) ${clustered}`,
    `create table ledger_periods (
      period ${text} not null primary key, size ${int64} not null, hash ${text} not null, root ${text} not null,
      closed_ms ${int64} not null, closed_by ${text} not null
    ) ${clustered}`,
  ],
};
