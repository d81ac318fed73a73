/** A struct as a map by field number. Values are numbers, bigints, booleans, texts, lists and structs. */
export type ThriftStruct = ReadonlyMap<number, unknown>;

/** Reads consecutive values of Thrift's compact protocol. */
export type ThriftReader = {
  /** The next struct. Throws RangeError if the bytes end early or are not a struct. */
  struct: () => ThriftStruct;
  /** Number of bytes that were read. */
  position: () => number;
};

/** An integer at the bytes from `start` to before `end`. */
export type PlacedInteger = { start: number; end: number; value: number };

/** Called for each integer with its path of field numbers and list indexes. */
export type OnInteger = (path: readonly number[], integer: PlacedInteger) => void;

/** An integer in its encoded form. */
export function thriftInteger(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/** Maximum nesting depth of structs; metadata are never deeper. */
const MAX_DEPTH = 64;

/**
 * Reads Thrift's compact protocol, in which Parquet stores the positions of its pages.
 *
 * @source thrift-compact-protocol.md of Apache Thrift 0.22
 */
export function thriftReader(bytes: Buffer, onInteger?: OnInteger): ThriftReader {
  const source = primitives(bytes);
  const { byte, varint, zigzag, skip } = source;
  const path: number[] = [];
  const list = (depth: number): unknown[] => {
    const head = byte();
    const count = head >> 4 === 15 ? Number(varint()) : head >> 4;
    if (count > source.left()) throw new RangeError("a list is longer than its bytes");
    return Array.from({ length: count }, (_, index) => inStep(index, () => value(head & 15, depth, true)));
  };
  const inStep = (step: number, read: () => unknown): unknown => {
    path.push(step);
    const found = read();
    path.pop();
    return found;
  };
  const map = (depth: number): unknown => {
    const count = Number(varint());
    if (count > source.left()) throw new RangeError("a map is longer than its bytes");
    const kinds = count === 0 ? 0 : byte();
    for (let index = 0; index < count; index++) {
      value(kinds >> 4, depth, true);
      value(kinds & 15, depth, true);
    }
    return undefined;
  };
  function value(kind: number, depth: number, isElement = false): unknown {
    if (depth > MAX_DEPTH) throw new RangeError("structs are nested too deeply");
    if (kind === 1 || kind === 2) return isElement ? byte() === 1 : kind === 1;
    if (kind === 3) return byte();
    if (kind >= 4 && kind <= 6) {
      const start = source.position();
      const number = zigzag();
      onInteger?.(path, { start, end: source.position(), value: number });
      return number;
    }
    if (kind === 7) return bytes.readDoubleLE(skip(8));
    if (kind === 8) {
      const length = Number(varint());
      const start = skip(length);
      return bytes.toString("utf8", start, start + length);
    }
    if (kind === 9 || kind === 10) return list(depth + 1);
    if (kind === 11) return map(depth + 1);
    if (kind === 12) return struct(depth + 1);
    throw new RangeError(`${kind} is not a type of the compact protocol`);
  }
  function struct(depth = 0): ThriftStruct {
    const fields = new Map<number, unknown>();
    let id = 0;
    for (;;) {
      const head = byte();
      if (head === 0) return fields;
      id = head >> 4 === 0 ? zigzag() : id + (head >> 4);
      fields.set(
        id,
        inStep(id, () => value(head & 15, depth)),
      );
    }
  }
  return { struct, position: source.position };
}

/** Reads consecutive numbers and byte ranges. */
function primitives(bytes: Buffer): {
  byte: () => number;
  varint: () => bigint;
  zigzag: () => number;
  /** Skips this many bytes and returns their start. */
  skip: (length: number) => number;
  position: () => number;
  left: () => number;
} {
  let position = 0;
  const byte = (): number => {
    const value = bytes[position];
    if (value === undefined) throw new RangeError("the bytes end within a value");
    position += 1;
    return value;
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const next = byte();
      value |= BigInt(next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    throw new RangeError("a number is longer than 64 bits");
  };
  const zigzag = (): number => {
    const value = varint();
    return Number((value >> 1n) ^ -(value & 1n));
  };
  const skip = (length: number): number => {
    if (length > bytes.length - position) throw new RangeError("the bytes end within a value");
    position += length;
    return position - length;
  };
  return { byte, varint, zigzag, skip, position: () => position, left: () => bytes.length - position };
}
