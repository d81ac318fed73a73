/** Bytes of a field of a protobuf message. */
type Bytes = readonly number[];

const varint = (value: bigint): Bytes =>
  value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
const tag = (number: number, type: number): Bytes => varint(BigInt(number * 8 + type));
const inner = (number: number, bytes: Bytes): Bytes => [...tag(number, 2), ...varint(BigInt(bytes.length)), ...bytes];
const text = (number: number, value: string): Bytes => inner(number, [...Buffer.from(value)]);
const integer = (number: number, value: bigint): Bytes => [...tag(number, 0), ...varint(BigInt.asUintN(64, value))];
const fixed = (number: number, value: bigint): Bytes => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return [...tag(number, 1), ...bytes];
};
const attribute = (key: string, value: Bytes): Bytes => inner(9, [...text(1, key), ...inner(2, value)]);

/**
 * The trace of the recorded transcript as an OTLP export in protobuf, by the numbers of its fields in
 * opentelemetry-proto; `more` are attributes of its span.
 */
export function traceBytes(more: readonly { key: string; value: Bytes }[] = []): Bytes {
  const id = Buffer.from("196723c92374b09d11d81d93f59310ea", "hex");
  const span = [
    ...inner(1, [...id]),
    ...inner(2, [...Buffer.from("4278ee75c1274265", "hex")]),
    ...text(5, "q"),
    ...fixed(7, 1795597488684587000n),
    ...fixed(8, 1795597488685021000n),
    ...attribute("mlflow.traceRequestId", text(1, `tr-${id.toString("hex")}`)),
    ...attribute("mlflow.spanType", text(1, "UNKNOWN")),
    ...attribute("mlflow.spanFunctionName", text(1, "q")),
    ...attribute("mlflow.spanInputs", inner(6, inner(1, [...text(1, "x"), ...inner(2, integer(3, 1n))]))),
    ...attribute("mlflow.spanOutputs", integer(3, 2n)),
    ...more.flatMap(({ key, value }) => attribute(key, value)),
    ...inner(15, integer(3, 1n)),
  ];
  return inner(1, inner(2, inner(2, span)));
}

/** A value of an attribute. */
export const valueOf = {
  text: (value: string): Bytes => text(1, value),
  integer: (value: bigint): Bytes => integer(3, value),
};
