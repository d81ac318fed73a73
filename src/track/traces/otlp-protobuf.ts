import { type ProtobufField, protobufFields } from "../protobuf-fields.ts";
import { invalid } from "../track-failure.ts";
import type { OtlpAttribute, OtlpEvent, OtlpSpan, OtlpValue } from "./otlp.ts";

/** Maximum depth of nested values. */
const MAX_DEPTH = 32;

/**
 * Parses an `ExportTraceServiceRequest` in OTLP's protobuf encoding.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE for bytes that are not one
 * @source opentelemetry-proto 1.9, trace.proto and common.proto: numbers of the fields
 */
export function spansOfProtobuf(body: Uint8Array): OtlpSpan[] {
  return [...fields(body)]
    .filter(({ number }) => number === 1) // resource_spans
    .flatMap(({ bytes }) => [...fields(bytes)].filter(({ number }) => number === 2)) // scope_spans
    .flatMap(({ bytes }) => [...fields(bytes)].filter(({ number }) => number === 2)) // spans
    .map(({ bytes }) => readSpan(bytes));
}

function readSpan(bytes: Uint8Array): OtlpSpan {
  const span: OtlpSpan = {
    traceId: "",
    spanId: "",
    parentSpanId: "",
    name: "",
    startTimeUnixNano: "0",
    endTimeUnixNano: "0",
    attributes: [],
    events: [],
    status: { code: 0, message: "" },
  };
  for (const { number, bytes: inner, varint } of fields(bytes)) {
    if (number === 1) span.traceId = hex(inner);
    else if (number === 2) span.spanId = hex(inner);
    else if (number === 4) span.parentSpanId = hex(inner);
    else if (number === 5) span.name = text(inner);
    else if (number === 7) span.startTimeUnixNano = String(varint);
    else if (number === 8) span.endTimeUnixNano = String(varint);
    else if (number === 9) span.attributes.push(readAttribute(inner, 0));
    else if (number === 11) span.events.push(readEvent(inner));
    else if (number === 15) span.status = readStatus(inner);
  }
  return span;
}

function readEvent(bytes: Uint8Array): OtlpEvent {
  const event: OtlpEvent = { timeUnixNano: "0", name: "", attributes: [] };
  for (const { number, bytes: inner, varint } of fields(bytes)) {
    if (number === 1) event.timeUnixNano = String(varint);
    else if (number === 2) event.name = text(inner);
    else if (number === 3) event.attributes.push(readAttribute(inner, 0));
  }
  return event;
}

function readStatus(bytes: Uint8Array): OtlpSpan["status"] {
  const status = { code: 0, message: "" };
  for (const { number, bytes: inner, varint } of fields(bytes)) {
    if (number === 2) status.message = text(inner);
    else if (number === 3) status.code = Number(varint);
  }
  return status;
}

function readAttribute(bytes: Uint8Array, depth: number): OtlpAttribute {
  const attribute: OtlpAttribute = { key: "", value: {} };
  for (const { number, bytes: inner } of fields(bytes)) {
    if (number === 1) attribute.key = text(inner);
    else if (number === 2) attribute.value = readValue(inner, depth + 1);
  }
  return attribute;
}

function readValue(bytes: Uint8Array, depth: number): OtlpValue {
  if (depth > MAX_DEPTH) throw invalid("Invalid OpenTelemetry protobuf format: values are nested too deeply");
  for (const { number, bytes: inner, varint } of fields(bytes)) {
    if (number === 1) return { stringValue: text(inner) };
    if (number === 2) return { boolValue: varint !== 0n };
    if (number === 3) return { intValue: String(BigInt.asIntN(64, varint)) };
    if (number === 4) return { doubleValue: asDouble(varint) };
    if (number === 5) return { arrayValue: { values: listed(inner).map((item) => readValue(item, depth + 1)) } };
    if (number === 6) return { kvlistValue: { values: listed(inner).map((item) => readAttribute(item, depth + 1)) } };
    if (number === 7) return { bytesValue: Buffer.from(inner).toString("base64") };
  }
  return {};
}

function listed(bytes: Uint8Array): Uint8Array[] {
  return [...fields(bytes)].filter(({ number }) => number === 1).map(({ bytes: inner }) => inner);
}

/** Fields of a message, in the order of the bytes. */
function fields(bytes: Uint8Array): Iterable<ProtobufField> {
  return protobufFields(bytes, malformed);
}

function malformed(): Error {
  return invalid("Invalid OpenTelemetry protobuf format");
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

function asDouble(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}
