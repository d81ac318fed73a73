import { suggest } from "../../base/suggest.ts";
import { PROMPT_COMPLETION } from "../rows/row-text.ts";
import { isObject } from "./json-value.ts";
import type { Fields } from "./row-format.ts";

/** Field names by which formats are detected. */
const OWN =
  "text messages conversations instruction input output chosen rejected completions preferred_output non_preferred_output segments";
const NAMES = [...new Set([...PROMPT_COMPLETION.flat(), ...OWN.split(" ")])];

/** Maximum names shown of a row. */
const SHOWN = 6;

/** Reason why no format matches a row: its fields, and the formats that they resemble. */
export function unknownDetail(row: Fields): string {
  const names = Object.keys(row);
  if (names.length === 0) return "the row has no fields";
  const shown = names.slice(0, SHOWN).map((name) => `"${name.slice(0, 40)}"`);
  const hints = names.slice(0, 50).flatMap((name) => hintOf(name, row) ?? []);
  const what = `fields ${shown.join(", ")}${names.length > SHOWN ? " and more" : ""} match no known format`;
  return [what, ...hints.slice(0, 2)].join("; ");
}

function hintOf(name: string, row: Fields): string | undefined {
  const value = row[name];
  const called = `"${name.slice(0, 40)}"`;
  if (typeof value === "string" && /^\s*\[\s*\{\s*['"]/.test(value)) {
    return `${called} looks like a Python list: write it as JSON, with json.dumps`;
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) return listHint(called, value);
  if (NAMES.includes(name)) return undefined;
  const near = suggest(name.trim(), NAMES, 1)[0];
  return near === undefined || near in row ? undefined : `${called}: did you mean "${near}"?`;
}

function listHint(called: string, list: readonly Fields[]): string {
  const has = (...names: string[]): boolean =>
    list.every((entry) => names.every((name) => typeof entry[name] === "string"));
  if (has("role") || has("from", "value")) return `${called} contains messages: rename it to "messages"`;
  const own = Object.keys(list[0]!).slice(0, 3);
  const names = own.map((name) => `"${name.slice(0, 40)}"`).join(", ");
  return `${called} is a list of objects with ${names}: messages have "role" and "content", or "from" and "value"; write one row per line`;
}
