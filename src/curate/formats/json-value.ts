/** True for an object with fields; false for a list or null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The object without the named fields. */
export function without(fields: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** The object without undefined fields; null fields are kept. */
export function defined<Shape extends Readonly<Record<string, unknown>>>(fields: Shape): Defined<Shape> {
  // A loop, not entries: every message goes through here several times.
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value === undefined) continue;
    if (name === "__proto__")
      Object.defineProperty(kept, name, { value, enumerable: true, writable: true, configurable: true });
    else kept[name] = value;
  }
  return kept as Defined<Shape>;
}

type Defined<Shape> = { [Key in keyof Shape as undefined extends Shape[Key] ? never : Key]: Shape[Key] } & {
  [Key in keyof Shape as undefined extends Shape[Key] ? Key : never]?: Exclude<Shape[Key], undefined>;
};

/** Maximum nesting depth of JSON inside a text: functions that process values are recursive. */
const MAX_DEPTH = 100;

/** The value of JSON text; undefined if it is not valid JSON or is nested deeper than 100 levels. */
export function parsed(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return isShallow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** True if a value is not nested too deeply. Iterative, so that no depth can exhaust the stack. */
function isShallow(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return false;
    level = level.flatMap((element) => (element !== null && typeof element === "object" ? Object.values(element) : []));
  }
  return true;
}

/** Style of JSON text: without spaces, or like Python's `json.dumps`, with or without `ensure_ascii`. */
export type JsonStyle = "compact" | "spaced" | "ascii";

/** A value as JSON text. */
export function jsonText(value: unknown, style: JsonStyle = "compact"): string {
  if (style === "compact") return JSON.stringify(value);
  const text = spaced(value);
  return style === "spaced"
    ? text
    : text.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The style in which this value is written as this text; undefined if there is none or the value is undefined. */
export function jsonStyle(value: unknown, text: string): JsonStyle | undefined {
  if (value === undefined) return undefined;
  return (["compact", "spaced", "ascii"] as const).find((style) => jsonText(value, style) === text);
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, value]) => `${JSON.stringify(name)}: ${spaced(value)}`)
    .join(", ")}}`;
}

/** True if two JSON values are equal, including the order of keys. */
export function same(first: unknown, second: unknown): boolean {
  if (first === second) return true;
  if (Array.isArray(first) || Array.isArray(second)) {
    return (
      Array.isArray(first) &&
      Array.isArray(second) &&
      first.length === second.length &&
      first.every((element, index) => same(element, second[index]))
    );
  }
  if (!isObject(first) || !isObject(second)) return false;
  const [names, others] = [Object.keys(first), Object.keys(second)];
  return (
    names.length === others.length &&
    names.every((name, index) => name === others[index] && same(first[name], second[name]))
  );
}

/** True if two JSON values are equal, ignoring the order of keys; a key without a value is ignored. */
export function sameInAnyOrder(first: unknown, second: unknown): boolean {
  if (first === second) return true;
  if (Array.isArray(first)) {
    return (
      Array.isArray(second) &&
      first.length === second.length &&
      first.every((element, index) => sameInAnyOrder(element, second[index]))
    );
  }
  if (!isObject(first) || !isObject(second)) return false;
  const named = (value: Readonly<Record<string, unknown>>): string[] =>
    Object.keys(value).filter((name) => value[name] !== undefined);
  const names = named(first);
  return (
    names.length === named(second).length &&
    names.every((name) => Object.hasOwn(second, name) && sameInAnyOrder(first[name], second[name]))
  );
}
