import { lineEnd } from "../../../base/words.ts";
import { lineKind } from "./code-lines.ts";

/** Characters of the longest string or comment over several lines. */
const LONGEST = 20_000;

const CODE = 1;
const LITERAL = 2;

/**
 * Marks the strings and comments within code (1) as literals (2), between their quotes. Follows the rules that most
 * languages share: one to three quotes, backslashes, `#` and `//` up to the end of the line, and block comments.
 */
export function markLiterals(text: string, places: Uint8Array): void {
  const next = nextFinder(text);
  for (let index = 0; index < text.length; index++) {
    if (places[index] !== CODE) continue;
    const { open, close } = literalAt(text, index, next);
    if (open === 0) continue;
    const end = Math.min(close, runEnd(places, index));
    places.fill(LITERAL, index + open, end);
    index = Math.max(index, end - 1);
    // The quotes that close are code; what they would open is not.
    if (end === close) index += closingLength(text, end);
  }
}

/** Next position of a mark from an index; -1 if there is none. */
export type NextFinder = (mark: string, from: number) => number;

/** Finds marks in one text from increasing positions, without reading any stretch twice for one mark. */
export function nextFinder(text: string): NextFinder {
  const known = new Map<string, number>();
  return (mark, from) => {
    let found = known.get(mark);
    if (found === undefined || (found !== -1 && found < from)) known.set(mark, (found = text.indexOf(mark, from)));
    return found;
  };
}

/** Length of the opening of a literal at an index (0 if none begins), and the end of its contents. */
function literalAt(text: string, position: number, next: NextFinder): { open: number; close: number } {
  const none = { open: 0, close: position };
  const char = text.charAt(position);
  if (char === '"' || char === "'" || char === "`") {
    if (text.startsWith(char.repeat(3), position)) {
      if (closesText(text, position)) return none;
      const close = next(char.repeat(3), position + 3);
      return close === -1 || close - position > LONGEST ? none : { open: 3, close };
    }
    const close = closingQuote(text, position, char);
    return close === -1 ? none : { open: 1, close };
  }
  if (char === "#" && isLoose(text, position)) return { open: 1, close: lineEnd(text, position) };
  if (char === "/" && text.charAt(position + 1) === "/" && text.charAt(position - 1) !== ":")
    return { open: 2, close: lineEnd(text, position) };
  if (char === "-" && text.startsWith("-- ", position) && isLoose(text, position))
    return { open: 2, close: lineEnd(text, position) };
  if (char === ";" && text.charAt(position + 1) === ";" && isLoose(text, position))
    return { open: 2, close: lineEnd(text, position) };
  if (char === "(" && /^\(\*[*\s]/.test(text.slice(position, position + 3))) {
    const close = next("*)", position + 2);
    return close === -1 || close - position > LONGEST ? none : { open: 2, close };
  }
  if (char === "/" && text.charAt(position + 1) === "*") {
    const close = next("*/", position + 2);
    return close === -1 || close - position > LONGEST ? none : { open: 2, close };
  }
  return none;
}

/** True for three quotes alone on a line of which the next line is a statement: they close a text cut off above. */
export function closesText(text: string, position: number): boolean {
  const start = text.lastIndexOf("\n", position - 1) + 1;
  const end = lineEnd(text, position);
  if (
    !/^\s*(?:"""|''')\s*$/.test(text.slice(start, end)) ||
    text.slice(0, start).includes(text.slice(position, position + 3))
  )
    return false;
  const line = /\S[^\n]*/.exec(text.slice(end, end + 400))?.[0] ?? "";
  return lineKind(line) === "strong";
}

function closingLength(text: string, position: number): number {
  const char = text.charAt(position);
  if (char !== '"' && char !== "'" && char !== "`")
    return text.startsWith("*/", position) || text.startsWith("*)", position) ? 2 : 0;
  return text.startsWith(char.repeat(3), position) ? 3 : 1;
}

/** The closing quote on the same line, or for a backtick on any line. -1 if there is none. */
function closingQuote(text: string, from: number, quote: string): number {
  for (let index = from + 1; index < text.length && index - from < LONGEST; index++) {
    const char = text.charAt(index);
    if (char === "\\") index += 1;
    else if (char === quote) return index;
    else if (char === "\n" && quote !== "`") return -1;
  }
  return -1;
}

/** True at the start of a line or after a space: "# a comment", not "x#y". */
function isLoose(text: string, position: number): boolean {
  return position === 0 || /\s/.test(text.charAt(position - 1));
}

function runEnd(places: Uint8Array, from: number): number {
  let end = from;
  while (end < places.length && places[end] === CODE) end += 1;
  return end;
}
