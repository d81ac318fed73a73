import { jsonStringEnd } from "../../tables/json-string-end.ts";

/** Maximum nesting depth of objects and lists in a row, because later code is recursive. */
const MAX_DEPTH = 100;

/** A row as fields, or the reason why the text is not a row. */
export type ParsedRow =
  | { fields: Record<string, unknown>; problem?: undefined }
  | { fields?: undefined; problem: string };

/**
 * Parses one line of JSON that should be an object.
 *
 * @param columns  maximum number of fields
 */
export function parseRow(text: string, columns: number): ParsedRow {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: syntaxProblem(text) };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    const kind = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
    return { problem: `it is ${kind}, expected an object with fields` };
  }
  const fields = value as Record<string, unknown>;
  const written = countKeys(text);
  if (written > columns) {
    const own = Object.keys(fields).length;
    if (own > columns) return { problem: `it has ${own} fields, more than ${columns}` };
  }
  const { count, depth } = countFields(value);
  if (depth > MAX_DEPTH) return { problem: `more than ${MAX_DEPTH} nested levels` };
  if (written !== count) return { problem: `duplicate key ${repeatedKey(text)} in one object` };
  return { fields };
}

/** The error in text that is not JSON, in words that do not depend on the engine. */
function syntaxProblem(text: string): string {
  const number = /[:[,]\s*(-?(?:NaN|Infinity))\b/.exec(text)?.[1];
  if (number !== undefined) return `${number} is not valid JSON: write null or a number`;
  if (endsOpen(text)) return "the JSON ends too early: it may be truncated";
  const start = text.trimStart().slice(0, 40);
  return `it is not valid JSON: ${JSON.stringify(start)}${text.trim().length > 40 ? "…" : ""}`;
}

/** True if text that starts as an object or a list ends before a string or a bracket is closed. */
function endsOpen(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") depth -= 1;
    else if (char === '"') {
      index = jsonStringEnd(text, index);
      if (index === -1) return true;
    }
  }
  return depth > 0;
}

/** Number of keys in valid JSON text: strings followed by a colon. */
function countKeys(text: string): number {
  let count = 0;
  for (let open = text.indexOf('"'); open !== -1;) {
    const end = jsonStringEnd(text, open);
    let next = end + 1;
    while (isSpace(text.charCodeAt(next))) next += 1;
    if (text.charCodeAt(next) === 58) count += 1;
    open = text.indexOf('"', next);
  }
  return count;
}

/**
 * Number of keys that parsing kept (fewer than written if one was repeated, because JSON.parse keeps the last), and the
 * nesting depth, up to the first value beyond MAX_DEPTH.
 */
function countFields(value: object): { count: number; depth: number } {
  let count = 0;
  let depth = 0;
  for (let level: object[] = [value]; level.length > 0 && depth <= MAX_DEPTH; depth++) {
    const below: object[] = [];
    for (const entry of level) {
      const values: unknown[] = Array.isArray(entry) ? entry : Object.values(entry);
      if (!Array.isArray(entry)) count += values.length;
      for (const inner of values) if (inner !== null && typeof inner === "object") below.push(inner);
    }
    level = below;
  }
  return { count, depth };
}

/** The first repeated key of an object, as written. */
function repeatedKey(text: string): string {
  const open: Set<string>[] = [];
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (char === "{" || char === "[") open.push(new Set());
    else if (char === "}" || char === "]") open.pop();
    else if (char === '"') {
      const end = jsonStringEnd(text, index);
      const key = text.slice(index, end + 1);
      index = end;
      let next = end + 1;
      while (isSpace(text.charCodeAt(next))) next += 1;
      if (text[next] !== ":") continue;
      const decoded = JSON.parse(key) as string;
      if (open.at(-1)!.has(decoded)) return key;
      open.at(-1)!.add(decoded);
    }
  }
  return "";
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
