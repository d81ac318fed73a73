import type { Row } from "../../../store/database.ts";
import { experimentIdOf } from "../../../track/experiments.ts";
import type { KeyValue } from "../../../track/key-value.ts";
import { searchTraces } from "../../../track/search/search-traces.ts";
import { invalid } from "../../../track/track-failure.ts";
import type { OtlpAttribute, OtlpEvent, OtlpValue } from "../../../track/traces/otlp.ts";
import { CLIENT_REQUEST_ID, getTrace, spansOf, startTrace, type Trace } from "../../../track/traces/traces.ts";
import { optional, readFields, required } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import { wireAssessment } from "../../mlflow/wire-assessments.ts";
import { filled } from "../../mlflow/wire.ts";

const INFO = {
  trace_id: required("text"),
  trace_location: required("object"),
  request_time: required("text"),
  execution_duration: optional("text"),
  state: optional("text"),
  request_preview: optional("text"),
  response_preview: optional("text"),
  client_request_id: optional("text"),
  trace_metadata: optional("object"),
  tags: optional("object"),
} as const;

/** Traces of a page, by default and at most. */
const PAGE = { usual: 100, most: 500 } as const;

/** Traces, below `/api/3.0/mlflow`: start, search, get: the calls with which MLflow's client logs and reads one. */
export function addTraceRoutes(api: MlflowApi): void {
  const { store } = api.context;
  addStartRoute(api);
  api.add("POST traces/search", {
    fields: {
      locations: optional("list"),
      max_results: optional("int"),
      page_token: optional("text"),
      filter: optional("text"),
      order_by: optional("texts"),
    },
    answer: async ({ locations = [], max_results, page_token, filter = "", order_by = [] }) => {
      const limit = Number(max_results ?? PAGE.usual);
      if (limit < 1 || limit > PAGE.most) throw invalid(`max_results must be between 1 and ${PAGE.most}.`);
      const experimentIds = locations.map((location) => experimentIdOf(experimentOf(location)));
      const search = { experimentIds, filter, orderBy: order_by, maxResults: limit, pageToken: page_token };
      const { traces, nextPageToken } = await searchTraces(store, search);
      return {
        ...filled("traces", traces.map(wireInfo)),
        ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }),
      };
    },
  });
  const whole = async (traceId: string): Promise<object> => {
    const trace = await getTrace(store, traceId);
    const spans = await spansOf(store, trace.trace_no);
    return {
      trace_info: wireInfo(trace),
      ...filled(
        "spans",
        spans.map((span) => wireSpan(span, trace.trace_id)),
      ),
    };
  };
  api.add("GET traces/batchGet", {
    fields: { trace_ids: optional("texts") },
    answer: async ({ trace_ids = [] }) => filled("traces", await Promise.all(trace_ids.map(whole))),
  });
  api.add("GET traces/get", {
    fields: { trace_id: required("text") },
    answer: async ({ trace_id }) => ({ trace: await whole(trace_id) }),
  });
  api.add("GET traces/:trace_id", {
    fields: { trace_id: required("text") },
    answer: async ({ trace_id }) => ({ trace: { trace_info: wireInfo(await getTrace(store, trace_id)) } }),
  });
}

function addStartRoute(api: MlflowApi): void {
  const { store, redactor } = api.context;
  api.add("POST traces", {
    fields: { trace: required("object") },
    answer: async ({ trace }) => {
      const { trace_info } = readFields(trace, { trace_info: required("object") }, "trace.");
      const info = readFields(trace_info, INFO, "trace.trace_info.");
      const started = await startTrace(
        store,
        {
          traceId: checkTraceId(info.trace_id),
          experimentId: experimentOf(info.trace_location),
          requestMs: Date.parse(info.request_time) || 0,
          durationMs: Math.round(Number.parseFloat(info.execution_duration ?? "0") * 1000) || 0,
          state: info.state ?? "STATE_UNSPECIFIED",
          requestPreview: info.request_preview ?? null,
          responsePreview: info.response_preview ?? null,
          clientRequestId: info.client_request_id ?? null,
          tags: pairsOf(info.tags),
          metadata: pairsOf(info.trace_metadata),
        },
        redactor.text,
      );
      // the answer repeats what the client said; that spans are here, it learns when it asks
      const said = { ...started, tags: started.tags.filter(({ key }) => key !== "mlflow.trace.spansLocation") };
      return { trace: { trace_info: { ...wireInfo(said), execution_duration: info.execution_duration ?? "0s" } } };
    },
  });
}

function checkTraceId(traceId: string): string {
  if (!/^tr-[\da-f]{32}$/.test(traceId)) throw invalid(`Invalid trace ID: '${traceId}'`);
  return traceId;
}

function experimentOf(location: Readonly<Record<string, unknown>>): string {
  const { mlflow_experiment } = readFields(location, { mlflow_experiment: required("object") }, "trace_location.");
  return readFields(mlflow_experiment, { experiment_id: required("text") }, "trace_location.mlflow_experiment.")
    .experiment_id;
}

function pairsOf(object: Readonly<Record<string, unknown>> = {}): KeyValue[] {
  return Object.entries(object).flatMap(([key, value]) => (typeof value === "string" ? [{ key, value }] : []));
}

function wireInfo(trace: Trace): object {
  const asObject = (pairs: readonly KeyValue[]): object =>
    Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
  const clientRequestId = trace.metadata.find(({ key }) => key === CLIENT_REQUEST_ID);
  return {
    trace_id: trace.trace_id,
    trace_location: { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: String(trace.experiment_id) } },
    request_time: new Date(trace.request_ms).toISOString(),
    execution_duration: `${trace.duration_ms / 1000}s`,
    state: trace.state,
    ...(clientRequestId === undefined ? {} : { client_request_id: clientRequestId.value }),
    trace_metadata: asObject(trace.metadata.filter(({ key }) => key !== CLIENT_REQUEST_ID)),
    tags: asObject(trace.tags),
    ...filled("assessments", trace.assessments.map(wireAssessment)),
    ...(trace.request_preview === null ? {} : { request_preview: trace.request_preview }),
    ...(trace.response_preview === null ? {} : { response_preview: trace.response_preview }),
  };
}

const STATUS = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

/** A span in protobuf's JSON, ids in base64 and names with underscores, as MLflow sends it. */
function wireSpan(span: Row<"spans">, traceId: string): object {
  const { attributes, events, status } = JSON.parse(span.content) as {
    attributes: OtlpAttribute[];
    events: OtlpEvent[];
    status: { code: number; message: string };
  };
  const base64 = (hex: string): string => Buffer.from(hex, "hex").toString("base64");
  return {
    trace_id: base64(traceId.slice(3)),
    span_id: base64(span.span_id),
    ...(span.parent_span_id === null ? {} : { parent_span_id: base64(span.parent_span_id) }),
    name: span.name,
    start_time_unix_nano: span.start_ns,
    end_time_unix_nano: span.end_ns,
    ...filled("attributes", attributes.map(wireAttribute)),
    ...filled(
      "events",
      events.map(({ timeUnixNano, name, attributes: own }) => ({
        time_unix_nano: BigInt(timeUnixNano),
        name,
        ...filled("attributes", own.map(wireAttribute)),
      })),
    ),
    status: {
      ...(status.message === "" ? {} : { message: status.message }),
      code: STATUS[status.code] ?? STATUS[0]!,
    },
  };
}

function wireAttribute({ key, value }: OtlpAttribute): object {
  return { key, value: wireValue(value) };
}

function wireValue(value: OtlpValue): object {
  if (value.stringValue !== undefined) return { string_value: value.stringValue };
  if (value.boolValue !== undefined) return { bool_value: value.boolValue };
  if (value.intValue !== undefined) return { int_value: BigInt(value.intValue) };
  if (value.doubleValue !== undefined) return { double_value: value.doubleValue };
  if (value.arrayValue !== undefined) return { array_value: { values: value.arrayValue.values.map(wireValue) } };
  if (value.kvlistValue !== undefined) return { kvlist_value: { values: value.kvlistValue.values.map(wireAttribute) } };
  return value.bytesValue === undefined ? {} : { bytes_value: value.bytesValue };
}
