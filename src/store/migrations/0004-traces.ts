import type { Migration } from "../migration.ts";

/** Traces of model calls, with the tokens of each span. */
export const traces: Migration = {
  name: "0004-traces",
  statements: ({ id, int64, text, strict, clustered }) => [
    `create table traces (
      trace_no ${id}, trace_id ${text} not null unique, experiment_id ${int64} not null references experiments,
      request_ms ${int64} not null, duration_ms ${int64} not null, state ${text} not null,
      request_preview ${text}, response_preview ${text}
    ) ${strict}`,
    `create index traces_by_time on traces (experiment_id, request_ms)`,
    `create table trace_tags (
      trace_no ${int64} not null references traces, key ${text} not null, value ${text} not null,
      primary key (trace_no, key)
    ) ${clustered}`,
    `create table trace_metadata (
      trace_no ${int64} not null references traces, key ${text} not null, value ${text} not null,
      primary key (trace_no, key)
    ) ${clustered}`,
    // content: attributes, events, links and status as OTLP JSON, redacted
    `create table spans (
      trace_no ${int64} not null references traces, span_id ${text} not null, parent_span_id ${text},
      name ${text} not null, start_ns ${int64} not null, end_ns ${int64} not null, content ${text} not null,
      provider ${text}, model ${text}, input_tokens ${int64}, output_tokens ${int64},
      cost_amount ${text}, cost_currency ${text},
      primary key (trace_no, span_id)
    ) ${clustered}`,
  ],
};
