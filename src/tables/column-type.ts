import type { JsonNode } from "../base/edited-json.ts";

/** Type of a column or of a part of one, as far as it is known, among the JSON values that Parquet can represent. */
export type ColumnType =
  | { kind: "unknown" | "text" | "boolean" | "integer" | "long" | "number" | "json" }
  | { kind: "list"; item: ColumnType }
  | { kind: "struct"; fields: ReadonlyMap<string, ColumnType>; shared: ReadonlySet<string> };

const UNKNOWN: ColumnType = { kind: "unknown" };
const JSON_TEXT: ColumnType = { kind: "json" };

/**
 * Type of a value in JSON text. Integers beyond 2^53 are `long`, which is not joined with floating-point numbers;
 * numbers that fit neither in 64 bits nor in a double are JSON.
 */
export function typeOfNode(text: string, node: JsonNode): ColumnType {
  if (node.kind === "list") {
    return { kind: "list", item: node.items.map((item) => typeOfNode(text, item)).reduce(joinedType, UNKNOWN) };
  }
  if (node.kind === "object") {
    const fields = new Map([...node.members].map(([name, member]) => [name, typeOfNode(text, member)]));
    return { kind: "struct", fields, shared: new Set(fields.keys()) };
  }
  const written = text.slice(node.start, node.end);
  if (written.startsWith('"')) return { kind: "text" };
  if (written === "null") return UNKNOWN;
  if (written === "true" || written === "false") return { kind: "boolean" };
  if (/[.eE]/.test(written)) return Number.isFinite(Number(written)) ? { kind: "number" } : JSON_TEXT;
  if (Number.isSafeInteger(Number(written))) return { kind: "integer" };
  return BigInt.asIntN(64, BigInt(written)) === BigInt(written) ? { kind: "long" } : JSON_TEXT;
}

/** Type of one value. Integers beyond the exact range of a double are floating-point numbers. */
export function typeOfValue(value: unknown): ColumnType {
  if (value === null || value === undefined) return UNKNOWN;
  if (typeof value === "string") return { kind: "text" };
  if (typeof value === "boolean") return { kind: "boolean" };
  if (typeof value === "number") return { kind: Number.isSafeInteger(value) ? "integer" : "number" };
  if (Array.isArray(value)) {
    return { kind: "list", item: value.map(typeOfValue).reduce(joinedType, UNKNOWN) };
  }
  const entries = Object.entries(value as Record<string, unknown>);
  const fields = new Map(entries.map(([name, entry]) => [name, typeOfValue(entry)]));
  return { kind: "struct", fields, shared: new Set(fields.keys()) };
}

/**
 * Common type for the values of both. A number and an integer become a number, and an integer and a long become a long;
 * other combinations are stored as JSON text.
 */
export function joinedType(first: ColumnType, second: ColumnType): ColumnType {
  if (first.kind === "unknown") return second;
  if (second.kind === "unknown") return first;
  if (first.kind === "list" && second.kind === "list")
    return { kind: "list", item: joinedType(first.item, second.item) };
  if (first.kind === "struct" && second.kind === "struct") {
    const fields = new Map(first.fields);
    for (const [name, type] of second.fields) fields.set(name, joinedType(fields.get(name) ?? UNKNOWN, type));
    return { kind: "struct", fields, shared: shared(first.shared, second.shared) };
  }
  if (first.kind === second.kind) return first;
  const kinds = new Set([first.kind, second.kind]);
  if (!kinds.delete("integer")) return JSON_TEXT;
  return kinds.has("number") ? { kind: "number" } : kinds.has("long") ? { kind: "long" } : JSON_TEXT;
}

function shared(first: ReadonlySet<string>, second: ReadonlySet<string>): Set<string> {
  return new Set([...first].filter((name) => second.has(name)));
}

/**
 * The type in DuckDB's notation. Objects without a common field, such as the arguments of different tools, become JSON
 * text instead of a struct; so do objects with names that differ only in case.
 */
export function duckType(type: ColumnType): string {
  switch (type.kind) {
    case "unknown":
    case "text":
      return "VARCHAR";
    case "boolean":
      return "BOOLEAN";
    case "integer":
    case "long":
      return "BIGINT";
    case "number":
      return "DOUBLE";
    case "json":
      return "JSON";
    case "list":
      return `${duckType(type.item)}[]`;
    default: {
      const names = [...type.fields.keys()];
      const isOne = new Set(names.map((name) => name.toLowerCase())).size === names.length;
      if (type.shared.size === 0 || !isOne || names.includes("")) return "JSON";
      return `STRUCT(${[...type.fields].map(([name, field]) => `${quoted(name)} ${duckType(field)}`).join(", ")})`;
    }
  }
}

/** Quoted name of a column. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
