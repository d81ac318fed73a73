import type * as z from "zod";

const TYPE_WORDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/**
 * The message of a zod issue with the given and the expected value: `-3 is too small: expected at least 1`. Unknown
 * keys are handled by the caller, which has the list of valid ones.
 */
export function issueText(issue: z.core.$ZodIssue, given: unknown): string {
  if (given === undefined) return issue.code === "custom" ? issue.message : "is required";
  const shown = showValue(given);
  switch (issue.code) {
    case "too_small":
      return given === "" || Array.isArray(given)
        ? `${shown} is too short: expected at least ${String(issue.minimum)}`
        : `${shown} is too small: expected ${issue.inclusive === false ? "more than" : "at least"} ${bound(issue.minimum)}`;
    case "too_big":
      return `${shown} is too large: expected ${issue.inclusive === false ? "less than" : "at most"} ${bound(issue.maximum)}`;
    case "invalid_value":
      return issue.values.length === 1
        ? `${shown} is not ${String(issue.values[0])}`
        : `${shown} is not one of ${issue.values.map(String).join(", ")}`;
    case "invalid_type":
      return given === Infinity || given === -Infinity
        ? `${shown} is not a finite number`
        : `${shown} is not ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
    case "invalid_union": {
      // The kind of an object, such as the name of a stage, is none of those known.
      const kinds = /^Invalid discriminator value\. Expected (.+)$/.exec(issue.message)?.[1];
      if (kinds !== undefined) return `${shown} is not one of ${kinds.replaceAll("'", "").replaceAll(" | ", ", ")}`;
      return otherText(shown, issue);
    }
    default:
      return otherText(shown, issue);
  }
}

function otherText(shown: string, { message }: z.core.$ZodIssue): string {
  return `${shown}: ${message.slice(0, 1).toLowerCase()}${message.slice(1)}`;
}

/** A problem in a file: the field and the message. */
export type FieldProblem = { path: readonly PropertyKey[]; text: string };

/** Converts the issues of a schema to problems by field. `value` is the parsed value. */
export function fieldProblems({ issues }: z.ZodError, value: unknown): FieldProblem[] {
  return issues.map((issue) => ({
    path: issue.path,
    text:
      issue.code === "unrecognized_keys"
        ? `${issue.keys.join(", ")} is not a field here`
        : issueText(issue, valueAt(value, issue.path)),
  }));
}

/** A bound as text, with thousands separators. */
function bound(value: number | bigint): string {
  return Math.abs(Number(value)) >= 1e5 ? value.toLocaleString("en-US") : String(value);
}

/** The value at a path of fields and indexes, or undefined. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current: unknown = value;
  for (const part of path) {
    if (current === null || typeof current !== "object") return undefined;
    current = (current as Record<PropertyKey, unknown>)[part];
  }
  return current;
}

/** A value as shown in a message: text in quotes, truncated to 60 characters; lists and objects by their size. */
export function showValue(value: unknown): string {
  if (typeof value === "string") return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (value !== null && typeof value === "object") return "an object";
  return value === null ? "an empty value" : `${value as boolean}`;
}
