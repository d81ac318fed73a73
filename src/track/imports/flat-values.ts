import { writeExactJson } from "../../base/exact-json.ts";
import { isRecord } from "../../base/json-values.ts";
import type { KeyValue } from "../key-value.ts";

/** Nested values as pairs: `{opt: {name: "adam"}}` becomes `opt/name`. Lists remain JSON. */
export function flatPairs(values: Readonly<Record<string, unknown>>, prefix = ""): KeyValue[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const key = allowedKey(`${prefix}${name}`);
    if (isRecord(value)) return flatPairs(value, `${key}/`);
    return [{ key, value: typeof value === "string" ? value : writeExactJson(value ?? null) }];
  });
}

/** Texts for numbers that JSON cannot represent, as written by Trackio, W&B and Python. */
const NOT_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  nan: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

/** Numbers among logged values, with the path of nested ones as key; `onOther` is called for other values. */
export function* numbersOf(
  values: Readonly<Record<string, unknown>>,
  onOther: () => void,
  prefix = "",
): Iterable<{ key: string; value: number }> {
  for (const [name, value] of Object.entries(values)) {
    const key = allowedKey(`${prefix}${name}`);
    if (typeof value === "number" || typeof value === "bigint") yield { key, value: Number(value) };
    else if (typeof value === "boolean") yield { key, value: Number(value) };
    else if (typeof value === "string" && Object.hasOwn(NOT_FINITE, value)) yield { key, value: NOT_FINITE[value]! };
    else if (isRecord(value) && !("_type" in value)) yield* numbersOf(value, onOther, `${key}/`);
    else onOther();
  }
}

/** A key allowed by MLflow's API: other characters become underscores. */
export function allowedKey(key: string): string {
  return key.replaceAll(/[^/\p{L}\p{N}\p{Mn}\p{Mc}_.\- :]/gu, "_").slice(0, 250);
}
