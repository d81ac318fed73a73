import { type Int64, toInt64 } from "../../base/int64.ts";
import { invalid } from "../../track/track-failure.ts";

type Kinds = {
  text: string;
  int: Int64;
  float: number;
  bool: boolean;
  /** Objects, whose fields are read by `readFields` in turn. */
  list: Record<string, unknown>[];
  texts: string[];
  object: Record<string, unknown>;
};

type Field<Kind extends keyof Kinds = keyof Kinds, Required extends boolean = boolean> = {
  kind: Kind;
  required: Required;
};

/** Fields of a request by name. */
export type Fields = Readonly<Record<string, Field>>;

/** Values of a request: required ones are present, others may be undefined. */
export type Values<Shape extends Fields> = {
  [Name in keyof Shape]: Shape[Name]["required"] extends true
    ? Kinds[Shape[Name]["kind"]]
    : Kinds[Shape[Name]["kind"]] | undefined;
};

/** A required field; an empty text counts as missing, as in MLflow. */
export const required = <Kind extends keyof Kinds>(kind: Kind): Field<Kind, true> => ({ kind, required: true });

/** A field that may be missing or null. */
export const optional = <Kind extends keyof Kinds>(kind: Kind): Field<Kind, false> => ({ kind, required: false });

const SEE = " See the API docs for more information about request parameters.";

/**
 * Reads the fields of a request or of an object in it. Unknown fields are ignored, as in MLflow.
 *
 * @param path location of the object, such as `metrics[3].`
 * @throws TrackFailure INVALID_PARAMETER_VALUE in MLflow's words
 */
export function readFields<const Shape extends Fields>(
  raw: Readonly<Record<string, unknown>>,
  shape: Shape,
  path = "",
): Values<Shape> {
  const values: Record<string, unknown> = {};
  for (const [name, { kind, required: isRequired }] of Object.entries(shape)) {
    const given = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (given === undefined || given === null || (isRequired && given === "")) {
      if (isRequired) throw invalid(`Missing value for required parameter '${path}${name}'.${SEE}`);
      continue;
    }
    const value = READERS[kind](given);
    if (value === undefined) throw invalidValue(given, `${path}${name}`);
    if (hasNul(value)) throw invalid(`Parameter '${path}${name}' contains a NUL character, which cannot be stored.`);
    values[name] = value;
  }
  return values as Values<Shape>;
}

/** MLflow's message for a value of a wrong type. */
function invalidValue(given: unknown, path: string): Error {
  const shown = JSON.stringify(given, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  return invalid(
    `Invalid value ${shown.slice(0, 500)} for parameter '${path}' supplied:  Hint: Value was of type '${pythonType(given)}'.${SEE}`,
  );
}

function pythonType(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return "dict";
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const READERS: { [Kind in keyof Kinds]: (value: unknown) => Kinds[Kind] | undefined } = {
  text: (value) => (typeof value === "string" ? value : undefined),
  int: toInt64,
  float: readFloat,
  bool: (value) => (typeof value === "boolean" ? value : readFlag(value)),
  list: (value) => (Array.isArray(value) && value.every(isObject) ? value : undefined),
  texts: (value) => (Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined),
  object: (value) => (isObject(value) ? value : undefined),
};

/** True for a text with a NUL, which PostgreSQL rejects; SQLite must not store it either. */
function hasNul(value: Kinds[keyof Kinds]): boolean {
  if (typeof value === "string") return value.includes("\0");
  return Array.isArray(value) && value.some((item) => typeof item === "string" && item.includes("\0"));
}

function readFlag(value: unknown): boolean | undefined {
  if (typeof value !== "string" || !/^(true|false)$/i.test(value)) return undefined;
  return value.toLowerCase() === "true";
}

/** A double in protobuf's JSON: NaN and the infinities are words. */
function readFloat(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string") return undefined;
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  if (value === "-Infinity") return Number.NEGATIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
}
