import type { Migration } from "../migration.ts";

/** Saved views of the list of runs: the query string of the page. */
export const views: Migration = {
  name: "0005-views",
  statements: ({ int64, text, clustered }) => [
    `create table views (name ${text} not null primary key, query ${text} not null, saved_ms ${int64} not null) ${clustered}`,
  ],
};
