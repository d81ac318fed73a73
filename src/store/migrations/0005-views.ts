import type { Migration } from "../migration.ts";

/** Views of the list of runs that people saved: the query of the page's address. */
export const views: Migration = {
  name: "0005-views",
  statements: ({ int64, text, clustered }) => [
    `create table views (name ${text} not null primary key, query ${text} not null, saved_ms ${int64} not null) ${clustered}`,
  ],
};
