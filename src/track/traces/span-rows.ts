import { type Int64, toInt64 } from "../../base/int64.ts";
import type { Row } from "../../store/database.ts";
import { invalid } from "../track-failure.ts";
import { type OtlpAttribute, type OtlpSpan, type OtlpValue, usageOf } from "./otlp.ts";

/** A span as it is stored, and what its trace takes from it. */
export type SpanRow = { traceId: string; isError: boolean; row: Omit<Row<"spans">, "trace_no"> };

/** Attribute in which MLflow's client stores the trace of a span. */
const TRACE_ATTRIBUTE = "mlflow.traceRequestId";

/** Removes personal data from a text. */
type RedactNow = (text: string) => string;

/**
 * Spans as rows of the database, with their texts redacted.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE
 */
export function spanRows(spans: readonly OtlpSpan[], redact: RedactNow): SpanRow[] {
  return spans.map((span) => ({
    traceId: traceIdOf(span),
    isError: span.status.code === 2,
    row: asRow(span, redact),
  }));
}

function traceIdOf({ traceId, attributes }: OtlpSpan): string {
  if (!/^[\da-f]{32}$/.test(traceId)) throw invalid("Cannot convert OpenTelemetry span: its trace id has not 16 bytes");
  const given = attributes.find(({ key }) => key === TRACE_ATTRIBUTE)?.value.stringValue?.replaceAll('"', "");
  return given !== undefined && /^tr-[\da-f]{32}$/.test(given) ? given : `tr-${traceId}`;
}

function asRow(span: OtlpSpan, redact: RedactNow): Omit<Row<"spans">, "trace_no"> {
  const usage = usageOf(span);
  const content = {
    attributes: span.attributes.map((attribute) => redacted(attribute, redact)),
    events: span.events.map((event) => ({
      ...event,
      attributes: event.attributes.map((attribute) => redacted(attribute, redact)),
    })),
    status: { code: span.status.code, message: redact(span.status.message) },
  };
  return {
    span_id: span.spanId,
    parent_span_id: span.parentSpanId === "" ? null : span.parentSpanId,
    name: span.name,
    start_ns: nanoseconds(span.startTimeUnixNano),
    end_ns: nanoseconds(span.endTimeUnixNano),
    content: JSON.stringify(content),
    provider: usage.provider,
    model: usage.model,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cost_amount: usage.costAmount,
    cost_currency: usage.costCurrency,
  };
}

function nanoseconds(text: string): Int64 {
  const value = toInt64(text);
  if (value === undefined) throw invalid(`Cannot convert OpenTelemetry span: ${text} is not a time`);
  return value;
}

/** An attribute in which all texts are redacted, at every depth. Ids of MLflow are kept. */
function redacted({ key, value }: OtlpAttribute, redact: RedactNow): OtlpAttribute {
  return key === TRACE_ATTRIBUTE ? { key, value } : { key, value: redactedValue(value, redact) };
}

function redactedValue(value: OtlpValue, redact: RedactNow): OtlpValue {
  if (value.stringValue !== undefined) return { stringValue: redact(value.stringValue) };
  if (value.arrayValue !== undefined) {
    return { arrayValue: { values: value.arrayValue.values.map((item) => redactedValue(item, redact)) } };
  }
  if (value.kvlistValue !== undefined) {
    return { kvlistValue: { values: value.kvlistValue.values.map((item) => redacted(item, redact)) } };
  }
  return value;
}
