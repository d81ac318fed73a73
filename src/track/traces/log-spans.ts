import type { Int64 } from "../../base/int64.ts";
import { toInt64 } from "../../base/int64.ts";
import type { Db, Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { getExperiment } from "../experiments.ts";
import { invalid } from "../track-failure.ts";
import { type OtlpAttribute, type OtlpSpan, type OtlpValue, usageOf } from "./otlp.ts";

/** Removes personal data from a text. */
export type Redact = (text: string) => string;

/** Attribute in which MLflow's client stores the trace of a span. */
const TRACE_ATTRIBUTE = "mlflow.traceRequestId";

/**
 * Stores spans of traces with their texts redacted. A span that is sent again replaces the stored one.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST (experiment), INVALID_PARAMETER_VALUE
 */
export async function logSpans(
  store: Store,
  { experimentId, spans }: { experimentId: string; spans: readonly OtlpSpan[] },
  redact: Redact,
): Promise<void> {
  const rows = spans.map((span) => ({ traceId: traceIdOf(span), row: asRow(span, redact), span }));
  await store.write(async (db) => {
    const { experiment_id } = await getExperiment({ db }, experimentId);
    for (const { traceId, row, span } of rows) {
      const { trace_no } = await openTrace(db, traceId, { experiment_id, span });
      await db
        .insertInto("spans")
        .values({ trace_no, ...row })
        .onConflict((conflict) => conflict.columns(["trace_no", "span_id"]).doUpdateSet(row))
        .execute();
      await setPair(db, "trace_tags", { trace_no, key: "mlflow.trace.spansLocation", value: "TRACKING_STORE" });
      await noteDuration(db, trace_no);
    }
  });
}

function traceIdOf({ traceId, attributes }: OtlpSpan): string {
  if (!/^[\da-f]{32}$/.test(traceId)) throw invalid("Cannot convert OpenTelemetry span: its trace id has not 16 bytes");
  const given = attributes.find(({ key }) => key === TRACE_ATTRIBUTE)?.value.stringValue?.replaceAll('"', "");
  return given !== undefined && /^tr-[\da-f]{32}$/.test(given) ? given : `tr-${traceId}`;
}

function asRow(span: OtlpSpan, redact: Redact): Omit<Row<"spans">, "trace_no"> {
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
function redacted({ key, value }: OtlpAttribute, redact: Redact): OtlpAttribute {
  return key === TRACE_ATTRIBUTE ? { key, value } : { key, value: redactedValue(value, redact) };
}

function redactedValue(value: OtlpValue, redact: Redact): OtlpValue {
  if (value.stringValue !== undefined) return { stringValue: redact(value.stringValue) };
  if (value.arrayValue !== undefined) {
    return { arrayValue: { values: value.arrayValue.values.map((item) => redactedValue(item, redact)) } };
  }
  if (value.kvlistValue !== undefined) {
    return { kvlistValue: { values: value.kvlistValue.values.map((item) => redacted(item, redact)) } };
  }
  return value;
}

async function openTrace(
  db: Db,
  traceId: string,
  { experiment_id, span }: { experiment_id: number; span: OtlpSpan },
): Promise<{ trace_no: number }> {
  const known = await db.selectFrom("traces").select("trace_no").where("trace_id", "=", traceId).executeTakeFirst();
  if (known !== undefined) return known;
  return db
    .insertInto("traces")
    .values({
      trace_id: traceId,
      experiment_id,
      request_ms: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
      duration_ms: 0,
      state: span.status.code === 2 ? "ERROR" : "OK",
      request_preview: null,
      response_preview: null,
    })
    .returning("trace_no")
    .executeTakeFirstOrThrow();
}

/** Updates the duration of a trace: from the first start to the last end of its spans, in ms rounded up. */
async function noteDuration(db: Db, trace_no: number): Promise<void> {
  const spans = await db.selectFrom("spans").select(["start_ns", "end_ns"]).where("trace_no", "=", trace_no).execute();
  const starts = spans.map(({ start_ns }) => BigInt(start_ns)).toSorted((a, b) => (a < b ? -1 : 1));
  const ends = spans.map(({ end_ns }) => BigInt(end_ns)).toSorted((a, b) => (a < b ? -1 : 1));
  const duration = ends.at(-1)! - starts[0]!;
  await db
    .updateTable("traces")
    .set({ duration_ms: duration <= 0n ? 0 : Number((duration + 999_999n) / 1_000_000n) })
    .where("trace_no", "=", trace_no)
    .execute();
}

/** Sets a tag or a piece of metadata of a trace. */
export async function setPair(
  db: Db,
  table: "trace_tags" | "trace_metadata",
  pair: { trace_no: number; key: string; value: string },
): Promise<void> {
  await db
    .insertInto(table)
    .values(pair)
    .onConflict((conflict) => conflict.columns(["trace_no", "key"]).doUpdateSet({ value: pair.value }))
    .execute();
}
