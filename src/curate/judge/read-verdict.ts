import type { UnjudgedReason } from "../../domain/judge.ts";
import type { PaidAnswer } from "../../llm/answer-journal.ts";

/** A verdict of a model, or the reason why there is none. */
export type JudgeVerdict<Value> = { value: Value; reason: string } | { unjudged: UnjudgedReason };

/** Reads a value from an object written by a model; undefined if it has none. */
export type ValueOf<Value> = (object: Readonly<Record<string, unknown>>) => Value | undefined;

/** Number of characters at the end of an answer that are searched for the verdict; earlier text is reasoning. */
const LOOKED_AT = 8_000;

/** Maximum characters of a stored reason. */
const REASON = 300;

/** Start of a refusal, in lower case with straight quotes. */
const DECLINES =
  /^\W*(?:i'm (?:very )?sorry|i am (?:very )?sorry|sorry,|i can(?:'t|not| not)|i'm (?:not able|unable)|i am (?:not able|unable)|i won't|as an ai)\b/;

/**
 * Reads a verdict: the last JSON object with a value in the answer, fenced or within text. An answer without one is
 * unjudged; it never gets a score.
 */
export function readVerdict<Value>(answer: PaidAnswer, valueOf: ValueOf<Value>): JudgeVerdict<Value> {
  if (answer.refusal === true) return { unjudged: "refusal" };
  const objects = jsonObjects(answer.text.slice(-LOOKED_AT));
  for (const object of objects.toReversed()) {
    const value = valueOf(object);
    if (value !== undefined) return { value, reason: reasonOf(object["reason"]) };
  }
  if (answer.cutOff === true) return { unjudged: "cut-off" };
  if (objects.length > 0) return { unjudged: "no-verdict" };
  const start = answer.text.slice(0, 200).toLowerCase().replaceAll("’", "'");
  return { unjudged: DECLINES.test(start) ? "refusal" : "no-json" };
}

/** True if a later run may obtain a verdict: the question was not answered, and not charged. */
export function isOpen(verdict: JudgeVerdict<unknown>): boolean {
  return "unjudged" in verdict && (verdict.unjudged === "no-answer" || verdict.unjudged === "over-cap");
}

/** A score of 1 to 5: a number, or a number as text (`"4"`, `"4/5"`). */
export function scoreOf({ score }: Readonly<Record<string, unknown>>): number | undefined {
  const text = typeof score === "string" ? /^\s*(\d+(?:\.\d+)?)\s*(?:\/\s*5)?\s*$/.exec(score)?.[1] : undefined;
  const value = typeof score === "number" ? score : text === undefined ? Number.NaN : Number(text);
  return value >= 1 && value <= 5 ? value : undefined;
}

/** Whether one text rephrases the other. */
export function isRephraseOf({ rephrase }: Readonly<Record<string, unknown>>): boolean | undefined {
  if (typeof rephrase === "boolean") return rephrase;
  const word = typeof rephrase === "string" ? rephrase.trim().toLowerCase() : "";
  return word === "true" || word === "yes" ? true : word === "false" || word === "no" ? false : undefined;
}

function reasonOf(reason: unknown): string {
  const line = typeof reason === "string" ? reason.replaceAll(/[\s\p{Cc}]+/gu, " ").trim() : "";
  return line.length > REASON ? `${line.slice(0, REASON - 1)}…` : line;
}

/** The JSON objects of a text that are not nested, in order. */
function jsonObjects(text: string): Record<string, unknown>[] {
  const objects: Record<string, unknown>[] = [];
  for (let start = text.indexOf("{"); start !== -1;) {
    const end = endOfObject(text, start);
    const object = end === undefined ? undefined : parsedObject(text.slice(start, end));
    if (object !== undefined) objects.push(object);
    start = text.indexOf("{", object === undefined ? start + 1 : end);
  }
  return objects;
}

/** Position of the brace that closes the one at a position, ignoring those in strings. */
function endOfObject(text: string, start: number): number | undefined {
  let [depth, inString] = [0, false];
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{") depth += 1;
    else if (character === "}" && --depth === 0) return index + 1;
  }
  return undefined;
}

function parsedObject(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
