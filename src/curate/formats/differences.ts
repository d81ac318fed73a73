import type { NativeRow } from "../../domain/canonical-row.ts";
import { isObject, jsonStyle, jsonText, parsed, same } from "./json-value.ts";

/** One difference between a row and what its format would write. */
export type Difference = NonNullable<NativeRow["differences"]>[number];

type Path = readonly (string | number)[];

/** Changes from `written` to `row`, including the order of keys. */
export function differences(written: unknown, row: unknown, path: Path = []): Difference[] {
  if (same(written, row)) return [];
  if (isObject(written) && isObject(row)) return inObject(written, row, path);
  if (Array.isArray(written) && Array.isArray(row) && written.length === row.length) return inList(written, row, path);
  if (typeof written === "string" && typeof row === "string") {
    const style = jsonStyle(parsed(written), row);
    if (style === "spaced" || style === "ascii") return [{ at: [...path], json: style }];
  }
  return [{ at: [...path], was: written, is: row }];
}

function inObject(
  written: Readonly<Record<string, unknown>>,
  row: Readonly<Record<string, unknown>>,
  path: Path,
): Difference[] {
  const found: Difference[] = [];
  for (const name of Object.keys(written)) {
    if (Object.hasOwn(row, name)) found.push(...differences(written[name], row[name], [...path, name]));
    else found.push({ at: [...path, name], was: written[name] });
  }
  for (const name of Object.keys(row)) {
    if (!Object.hasOwn(written, name)) found.push({ at: [...path, name], is: row[name] });
  }
  const kept = Object.keys(written).filter((name) => Object.hasOwn(row, name));
  const names = [...kept, ...Object.keys(row).filter((name) => !Object.hasOwn(written, name))];
  if (!same(names, Object.keys(row))) found.push({ at: [...path], keys: Object.keys(row) });
  return found;
}

/** Differences of the items of a list; those common to all items are listed once. */
function inList(written: readonly unknown[], row: readonly unknown[], path: Path): Difference[] {
  const ofItems = written.map((element, index) => differences(element, row[index]));
  const first = ofItems[0]!;
  if (ofItems.length > 1 && ofItems.every((item) => same(item, first))) {
    return first.map((entry) => ({ ...entry, at: [...path, "*", ...entry.at] }));
  }
  return ofItems.flatMap((found, index) => found.map((entry) => ({ ...entry, at: [...path, index, ...entry.at] })));
}

/**
 * Applies differences in order. A difference is skipped if its position no longer exists or its value has changed
 * since.
 */
export function applied(written: unknown, found: readonly Difference[]): unknown {
  return found.reduce<unknown>((value, difference) => changedAt(value, difference.at, difference), written);
}

const NOTHING = Symbol("nothing");

function changedAt(value: unknown, path: Path, difference: Difference): unknown {
  const [head, ...rest] = path;
  if (head === undefined) {
    const changed = changedValue(value, difference);
    return changed === NOTHING ? value : changed;
  }
  if (Array.isArray(value)) {
    return value.map((element: unknown, index) =>
      head === "*" || head === index ? changedAt(element, rest, difference) : element,
    );
  }
  if (!isObject(value) || typeof head !== "string") return value;
  if (rest.length > 0) {
    return Object.hasOwn(value, head) ? withField(value, head, changedAt(value[head], rest, difference)) : value;
  }
  return withField(value, head, changedValue(Object.hasOwn(value, head) ? value[head] : NOTHING, difference));
}

/** The value after a difference is applied; unchanged if the difference does not apply. */
function changedValue(value: unknown, { keys, json, ...change }: Difference): unknown {
  if (keys !== undefined) return isObject(value) ? ordered(value, keys) : value;
  if (json !== undefined) {
    const inside = typeof value === "string" ? parsed(value) : undefined;
    return inside === undefined ? value : jsonText(inside, json);
  }
  const holds = Object.hasOwn(change, "was") ? value !== NOTHING && same(value, change.was) : value === NOTHING;
  if (!holds) return value;
  return Object.hasOwn(change, "is") ? change.is : NOTHING;
}

/**
 * The object with a field set, in its position or at the end, or removed. Only own fields are considered, whatever
 * their name.
 */
function withField(object: Readonly<Record<string, unknown>>, name: string, value: unknown): Record<string, unknown> {
  const entries = Object.entries(object);
  if (value === NOTHING) return Object.fromEntries(entries.filter(([entry]) => entry !== name));
  return Object.hasOwn(object, name)
    ? Object.fromEntries(entries.map(([entry, old]) => [entry, entry === name ? value : old]))
    : Object.fromEntries([...entries, [name, value]]);
}

function ordered(object: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  const first = keys.filter((key) => Object.hasOwn(object, key));
  return Object.fromEntries(
    [...first, ...Object.keys(object).filter((key) => !keys.includes(key))].map((key) => [key, object[key]]),
  );
}
