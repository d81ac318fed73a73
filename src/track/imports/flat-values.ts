import { writeExactJson } from "../../base/exact-json.ts";
import { isRecord } from "../../base/json-values.ts";
import type { KeyValue } from "../key-value.ts";
import { LIMITS, truncated } from "../names.ts";

/**
 * The keys of one run, as MLflow's API allows them. If those of two different paths would be equal, such as `a"b` and
 * `a_b`, the later one gets a number.
 */
export class AllowedKeys {
  readonly #path: string;
  readonly #known: { byPath: Map<string, string>; taken: Set<string> };

  private constructor(path: string, known: { byPath: Map<string, string>; taken: Set<string> }) {
    this.#path = path;
    this.#known = known;
  }

  /** Those of a run, none yet. */
  static ofRun(): AllowedKeys {
    return new AllowedKeys("", { byPath: new Map(), taken: new Set() });
  }

  /** Keys of the same run, for values that are nested under a name. */
  under(name: string): AllowedKeys {
    return new AllowedKeys(`${this.#path}${name}${NESTED}`, this.#known);
  }

  /** The key of a value: always the same one for the same name. */
  of(name: string): string {
    const { byPath, taken } = this.#known;
    const path = `${this.#path}${name}`;
    const known = byPath.get(path);
    if (known !== undefined) return known;
    const key = allowedKey(path.replaceAll(NESTED, "/"));
    let free = key;
    for (let number = 2; taken.has(free); number++) free = `${truncated(key, LIMITS.key - 10)} ${number}`;
    byPath.set(path, free);
    taken.add(free);
    return free;
  }
}

/** After a name that values are nested under: not a slash, which may be part of a name. */
const NESTED = "\0";

/** Nested values as pairs: `{opt: {name: "adam"}}` becomes `opt/name`. Lists remain JSON. */
export function flatPairs(values: Readonly<Record<string, unknown>>, keys = AllowedKeys.ofRun()): KeyValue[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (isRecord(value)) return flatPairs(value, keys.under(name));
    return [{ key: keys.of(name), value: typeof value === "string" ? value : writeExactJson(value ?? null) }];
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

/**
 * Numbers among logged values, with the path of nested ones as key; `onOther` is called for other values.
 *
 * @param keys  those of the run; the same for all of its rows
 */
export function* numbersOf(
  values: Readonly<Record<string, unknown>>,
  onOther: () => void,
  keys: AllowedKeys,
): Iterable<{ key: string; value: number }> {
  for (const [name, value] of Object.entries(values)) {
    const number = numberIn(value);
    if (number !== undefined) yield { key: keys.of(name), value: number };
    else if (isRecord(value) && !("_type" in value)) yield* numbersOf(value, onOther, keys.under(name));
    else onOther();
  }
}

function numberIn(value: unknown): number | undefined {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return Number(value);
  return typeof value === "string" && Object.hasOwn(NOT_FINITE, value) ? NOT_FINITE[value] : undefined;
}

function allowedKey(key: string): string {
  return truncated(key.replaceAll(/[^/\p{L}\p{N}\p{Mn}\p{Mc}_.\- :]/gu, "_"), LIMITS.key);
}
