import { Failure } from "./failure.ts";

/** JSON text that ends before it is complete. */
export class IncompleteJson extends Failure {}

/**
 * Parses JSON text.
 *
 * @param name  path for messages
 * @throws Failure bad_input that names the line and column of the first syntax error, or the line from which it is
 * nested more than a hundred levels deep
 */
export function parseJson(text: string, name: string): unknown {
  if (text.trim() === "") throw new Failure("bad_input", `${name} is empty`, { hint: "expected JSON" });
  try {
    const value = JSON.parse(text) as unknown;
    refuseDepth(text, name); // after validation, so that every string is closed
    return value;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const offset = firstInvalid(text);
    const before = text.slice(0, offset).split("\n");
    const place = `${name}, line ${before.length}, column ${before.at(-1)!.length + 1}`;
    const [word] = /^[-\w.+']{1,40}/.exec(text.slice(offset, offset + 40)) ?? [];
    const isCut = offset >= text.trimEnd().length;
    const what = isCut ? "the text ends too early; the file may be truncated" : `${word ?? "this"} is not valid JSON`;
    const FailureOfText = isCut ? IncompleteJson : Failure;
    throw new FailureOfText("bad_input", `${place}: ${what}`, {
      hint: isCut ? "download or copy the complete file again" : (wordHint(word) ?? "correct the file at that place"),
      cause: error,
    });
  }
}

/** Hints for words of other languages, with their JSON equivalents. */
function wordHint(word: string | undefined): string | undefined {
  if (/^[-+]?(nan|inf(inity)?)$/i.test(word ?? ""))
    return "JSON does not allow NaN or Infinity: write a number or null";
  if (word === "None" || word === "undefined") return "write null";
  return word === "True" || word === "False" ? `write ${word.toLowerCase()}` : undefined;
}

const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/uy;

/** Maximum nesting depth of objects and lists. */
const MAX_DEPTH = 100;

/** Code that later traverses a value is recursive, so text with deeper nesting is refused, with its line. */
function refuseDepth(text: string, name: string): void {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (char === 0x22) {
      for (index++; text.charCodeAt(index) !== 0x22; index++) if (text.charCodeAt(index) === 0x5c) index++; // quote, backslash
    } else if (char === 0x5b || char === 0x7b) {
      depth += 1;
      if (depth <= MAX_DEPTH) continue;
      const line = text.slice(0, index).split("\n").length;
      throw new Failure("bad_input", `${name}, line ${line}: more than ${MAX_DEPTH} nested levels`, {
        hint: "is this the right file?",
      });
    } else if (char === 0x5d || char === 0x7d) depth -= 1;
  }
}

/** A quote that is not closed before the end of the file. */
const OPEN_TEXT = /^"(?:[^"\\\n]|\\.)*\\?$/;

/** Offset of the first syntax error; the length of the text if only the end is missing. */
function firstInvalid(text: string): number {
  const open: ("{" | "[")[] = [];
  let allowed = "value";
  let offset = 0;
  for (;;) {
    TOKEN.lastIndex = offset;
    const [token, mark, word] = TOKEN.exec(text) ?? [];
    const start = offset + /^[ \t\n\r]*/.exec(text.slice(offset, offset + 10_000))![0].length;
    if (token === undefined) return OPEN_TEXT.test(text.slice(start)) ? text.length : start;
    const kind = mark ?? (word === undefined ? "scalar" : "text");
    const next = after(allowed, kind, open);
    if (next === undefined) return start;
    allowed = next;
    offset += token.length;
  }
}

/**
 * Kinds of token that may follow a token; undefined if the token itself is not allowed. Updates the stack of open
 * brackets.
 */
function after(allowed: string, kind: string, open: ("{" | "[")[]): string | undefined {
  const closing = kind === "}" ? "{" : kind === "]" ? "[" : undefined;
  if (closing !== undefined) {
    const mayClose = allowed === "comma" || allowed === (closing === "{" ? "first key" : "first value");
    if (!mayClose || open.pop() !== closing) return undefined;
    return open.length === 0 ? "end" : "comma";
  }
  switch (allowed) {
    case "first key":
    case "key":
      return kind === "text" ? "colon" : undefined;
    case "colon":
      return kind === ":" ? "value" : undefined;
    case "comma":
      return kind === "," ? (open.at(-1) === "{" ? "key" : "value") : undefined;
    case "end":
      return undefined;
    default: // a value
      if (kind === "{" || kind === "[") {
        open.push(kind);
        return kind === "{" ? "first key" : "first value";
      }
      if (kind === "," || kind === ":") return undefined;
      return open.length === 0 ? "end" : "comma";
  }
}
