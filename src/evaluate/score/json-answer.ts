import { isRecord } from "../../base/json-values.ts";
import { canonicalJson } from "../../base/hash.ts";
import { fieldValue } from "../set/eval-item.ts";
import { satisfiesSchema } from "./json-schema.ts";
import { scored, UNPARSABLE, type Verdict } from "./verdict.ts";

/** Reference of an answer in JSON. */
export type JsonWanted = {
  /** The right answer; undefined if only the schema is checked. */
  reference: unknown;
  /** Fields to compare, as paths with dots; undefined for those of the reference. */
  fields: readonly string[] | undefined;
  schema: Readonly<Record<string, unknown>> | undefined;
};

/**
 * Share of the fields that are right in a JSON answer: the whole text, one fenced block, or the outermost braces. An
 * answer that violates the schema gets 0. Numbers are compared by value, texts without surrounding space.
 */
export function scoreJson(answer: string, { reference, fields, schema }: JsonWanted): Verdict {
  const value = jsonIn(answer);
  if (value === undefined) return UNPARSABLE;
  if (schema !== undefined && !satisfiesSchema(value, schema)) return scored(0);
  if (reference === undefined || reference === null) return scored(1);
  const wanted = typeof reference === "string" ? (jsonIn(reference) ?? reference) : reference;
  if (!isRecord(wanted)) return scored(same(value, wanted));
  const names = fields ?? Object.keys(wanted);
  if (names.length === 0) return scored(same(value, wanted));
  if (!isRecord(value)) return scored(0);
  return scored(names.filter((name) => same(fieldValue(value, name), fieldValue(wanted, name))).length / names.length);
}

/** The JSON value of a text; undefined if there is none. */
function jsonIn(text: string): unknown {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)```/i.exec(text)?.[1];
  const [from, to] = [text.search(/[{[]/), Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"))];
  const inner = from !== -1 && to > from ? text.slice(from, to + 1) : undefined;
  for (const candidate of [text, fenced, inner]) {
    if (candidate === undefined) continue;
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // the next candidate
    }
  }
  return undefined;
}

function same(first: unknown, second: unknown): boolean {
  return canonicalJson(trimmed(first)) === canonicalJson(trimmed(second));
}

/** Texts without surrounding space; undefined becomes null, so that a field that is null may be absent. */
function trimmed(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value)) return value.map(trimmed);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, value]) => [key, trimmed(value)]));
  return value;
}
