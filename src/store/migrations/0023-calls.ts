import type { Migration } from "../migration.ts";

/** Spans of traces that were priced as model calls, so that each is examined once. */
export const calls: Migration = {
  name: "0023-calls",
  statements: ({ int64, text, clustered }) => [
    `create table priced_spans (
      trace_no ${int64} not null, span_id ${text} not null, state ${text} not null, primary key (trace_no, span_id)
    ) ${clustered}`,
  ],
};
