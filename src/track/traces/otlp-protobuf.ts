import { invalid } from "../track-failure.ts";
import type { OtlpAttribute, OtlpEvent, OtlpSpan, OtlpValue } from "./otlp.ts";

/** One field of a message: its number, and its value by wire type. */
type Field = { number: number; varint: bigint; bytes: Uint8Array };

/** Depth of values in values that is read. */
const MAX_DEPTH = 32;

/**
 * Reads an `ExportTraceServiceRequest` of OTLP's protobuf encoding.
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

const NONE = new Uint8Array();

/** Fields of a message in the order in which they stand. */
function* fields(bytes: Uint8Array): Iterable<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[place++];
      if (byte === undefined) throw malformed();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed();
  };
  while (place < bytes.length) {
    const tag = readVarint();
    const [number, type] = [Number(tag >> 3n), Number(tag & 7n)];
    if (number === 0) throw malformed();
    if (type === 0) yield { number, varint: readVarint(), bytes: NONE };
    else if (type === 1 || type === 5) {
      const width = type === 1 ? 8 : 4;
      if (place + width > bytes.length) throw malformed();
      const varint = type === 1 ? view.getBigUint64(place, true) : BigInt(view.getUint32(place, true));
      place += width;
      yield { number, varint, bytes: NONE };
    } else if (type === 2) {
      const length = Number(readVarint());
      if (place + length > bytes.length) throw malformed();
      yield { number, varint: 0n, bytes: bytes.subarray(place, place + length) };
      place += length;
    } else throw malformed();
  }
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
