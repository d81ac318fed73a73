import type { Recipe } from "./recipe.ts";

/** Texts by part name, or the problem with the format of the answer. */
export type ReadParts = { parts: Readonly<Record<string, string>> } | { problem: string };

/**
 * Splits an answer into its parts: a JSON object with the parts as texts, possibly in a code block; or labelled lines,
 * each part extending to the next label. Text before the first label is an introduction and is omitted. A duplicate
 * label is a problem, because the model continued with a second row.
 */
export function readParts(text: string, { parts }: Pick<Recipe, "parts">): ReadParts {
  const [only] = parts;
  if (parts.length === 1) {
    const whole = unquoted(text.trim());
    return !saysSomething(whole) ? { problem: "the answer is empty" } : { parts: { [only!.name]: whole } };
  }
  const names = parts.map(({ name }) => name);
  return jsonParts(text, names) ?? labelledParts(text, names);
}

function jsonParts(text: string, names: readonly string[]): ReadParts | undefined {
  const inBlock = /^```(?:json)?\s*([\s\S]*?)\s*```$/i.exec(text.trim());
  const body = (inBlock?.[1] ?? text).trim();
  if (!body.startsWith("{")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { problem: "the JSON object cannot be read" };
  }
  const fields = value as Record<string, unknown>;
  const found: Record<string, string> = {};
  for (const name of names) {
    const part = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof part !== "string" || !saysSomething(part)) return { problem: `there is no text in "${name}"` };
    found[name] = part.trim();
  }
  return { parts: found };
}

function labelledParts(text: string, names: readonly string[]): ReadParts {
  const label = new RegExp(`^[ \\t]*[*#_]{0,4}(${names.join("|")})[*_]{0,2}[ \\t]*:[*_]{0,2}`, "gim");
  const marks = [...text.matchAll(label)];
  const found: Record<string, string> = {};
  for (const [index, mark] of marks.entries()) {
    const name = mark[1]!.toLowerCase();
    if (Object.hasOwn(found, name)) return { problem: `${name.toUpperCase()} appears twice` };
    found[name] = text.slice(mark.index + mark[0].length, marks[index + 1]?.index).trim();
  }
  const missing = names.find((name) => !saysSomething(found[name] ?? ""));
  return missing === undefined ? { parts: found } : { problem: `there is no ${missing.toUpperCase()}` };
}

/** True if a text contains a letter or a digit: punctuation alone has no content. */
function saysSomething(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Text without the quotation marks that enclose all of it. */
function unquoted(text: string): string {
  const inside = /^(?:"([^"]*)"|“([^”]*)”)$/s.exec(text);
  return (inside?.[1] ?? inside?.[2] ?? text).trim();
}
