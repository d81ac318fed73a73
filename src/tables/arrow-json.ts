import type { DataType, Vector } from "apache-arrow";

/**
 * Parts of the Arrow library for distinguishing types, passed in so that the library is loaded only when a file is
 * read.
 */
export type ArrowTypes = typeof DataType;

/** Writes the values of a column as JSON text. */
export type JsonColumn = (index: number) => string;

/**
 * A column as JSON: integers with all their digits, numbers that JSON cannot represent as null, times as text in UTC,
 * bytes as Base64, maps as objects, dictionary-encoded values decoded.
 *
 * @returns undefined for a type without a JSON form: decimals, intervals, durations, unions
 */
export function jsonColumn(vector: Vector, types: ArrowTypes): JsonColumn | undefined {
  const write = valueWriter(vector.type as DataType, types);
  return write === undefined ? undefined : (index) => write(vector.get(index) as unknown);
}

type Writer = (value: unknown) => string;

function valueWriter(type: DataType, types: ArrowTypes): Writer | undefined {
  const inner = innerWriter(type, types);
  return inner === undefined ? undefined : (value) => (value === null || value === undefined ? "null" : inner(value));
}

function innerWriter(type: DataType, types: ArrowTypes): Writer | undefined {
  if (types.isNull(type)) return () => "null";
  if (types.isDictionary(type)) return valueWriter(type.dictionary as DataType, types);
  if (types.isBool(type) || types.isInt(type)) return String;
  if (types.isFloat(type)) return (value) => (Number.isFinite(value) ? JSON.stringify(value) : "null");
  if (types.isUtf8(type) || types.isLargeUtf8(type)) return (value) => JSON.stringify(value);
  if (types.isBinary(type) || types.isLargeBinary(type) || types.isFixedSizeBinary(type)) {
    return (value) => JSON.stringify(Buffer.from(value as Uint8Array).toString("base64"));
  }
  if (types.isDate(type)) return (value) => JSON.stringify(new Date(Number(value)).toISOString().slice(0, 10));
  if (types.isTimestamp(type)) {
    return (value) =>
      JSON.stringify(
        new Date(Number(value))
          .toISOString()
          .replace("T", " ")
          .replace(/(?:\.000)?Z$/, ""),
      );
  }
  if (types.isList(type) || types.isFixedSizeList(type)) return listWriter(type.children[0]!.type as DataType, types);
  if (types.isStruct(type)) return structWriter(type.children as readonly Field[], types);
  if (types.isMap(type)) return mapWriter(type.children[0]!.type.children as readonly Field[], types);
  return undefined;
}

type Field = { name: string; type: DataType };

function listWriter(type: DataType, types: ArrowTypes): Writer | undefined {
  const item = valueWriter(type, types);
  return item === undefined ? undefined : (value) => `[${Array.from(value as Iterable<unknown>, item).join(",")}]`;
}

function structWriter(fields: readonly Field[], types: ArrowTypes): Writer | undefined {
  const writers = fields.map(({ name, type }) => ({
    name,
    key: `${JSON.stringify(name)}:`,
    write: valueWriter(type, types),
  }));
  if (writers.some(({ write }) => write === undefined)) return undefined;
  return (value) => {
    const own = writers.flatMap(({ name, key, write }) => {
      const text = write!((value as Record<string, unknown>)[name]);
      return text === "null" ? [] : [key + text];
    });
    return `{${own.join(",")}}`;
  };
}

function mapWriter(fields: readonly Field[], types: ArrowTypes): Writer | undefined {
  const write = valueWriter(fields[1]!.type, types);
  if (write === undefined) return undefined;
  return (value) =>
    `{${Array.from(value as Iterable<[unknown, unknown]>, ([key, value]) => `${JSON.stringify(String(key))}:${write(value)}`).join(",")}}`;
}
