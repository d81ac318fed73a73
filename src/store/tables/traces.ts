import type { Generated } from "kysely";

import type { Int64 } from "../../base/int64.ts";

/** Tables of `track/` for traces. */
export interface TraceTables {
  traces: {
    trace_no: Generated<number>;
    /** `tr-` and 32 hexadecimal digits. */
    trace_id: string;
    experiment_id: number;
    request_ms: number;
    duration_ms: number;
    state: string;
    request_preview: string | null;
    response_preview: string | null;
  };
  trace_tags: { trace_no: number; key: string; value: string };
  trace_metadata: { trace_no: number; key: string; value: string };
  spans: {
    trace_no: number;
    span_id: string;
    parent_span_id: string | null;
    name: string;
    start_ns: Int64;
    end_ns: Int64;
    /** Attributes, events and status as JSON, redacted. */
    content: string;
    provider: string | null;
    model: string | null;
    /** Null if the span does not report it. */
    input_tokens: number | null;
    output_tokens: number | null;
    /** Decimal string; null if the span reports no cost. */
    cost_amount: string | null;
    cost_currency: string | null;
  };
  /** Assessments of a trace by people, judges and programs. */
  assessments: {
    trace_no: number;
    /** `a-` and 32 hexadecimal digits. */
    assessment_id: string;
    kind: "feedback" | "expectation";
    name: string;
    /** JSON, redacted. */
    value: string;
    /** The value if it is a finite number. */
    number_value: number | null;
    /** JSON of an error that was returned instead of a value. */
    error: string | null;
    source_type: string;
    source_id: string | null;
    span_id: string | null;
    rationale: string | null;
    /** JSON of text by key. */
    metadata: string;
    /** Assessment that this one replaces. */
    overrides: string | null;
    is_valid: number;
    created_ms: number;
    updated_ms: number;
  };
}
