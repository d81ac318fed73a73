import type { Migration } from "../migration.ts";

/** Assessments of traces by people, judges and programs. */
export const assessments: Migration = {
  name: "0006-assessments",
  statements: ({ int64, real, text, clustered }) => [
    // value, error, metadata: JSON, redacted; number_value: the value if it is a number
    `create table assessments (
      trace_no ${int64} not null references traces, assessment_id ${text} not null, kind ${text} not null,
      name ${text} not null, value ${text} not null, number_value ${real}, error ${text},
      source_type ${text} not null, source_id ${text}, span_id ${text}, rationale ${text}, metadata ${text} not null,
      overrides ${text}, is_valid ${int64} not null, created_ms ${int64} not null, updated_ms ${int64} not null,
      primary key (trace_no, assessment_id)
    ) ${clustered}`,
  ],
};
