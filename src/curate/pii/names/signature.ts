import type { Reading } from "./name-span.ts";
import { CLOSINGS } from "./terms.ts";
import { keyOf } from "./tokens.ts";

/** Characters between a name and the sentence before it. */
const DASHED = /^[\s.,!?;:)…]*(?:\s|^)[-–—~]{1,2}\s{0,2}$/u;

/**
 * True if tokens end a text as a signature does: after a dash, with a finished sentence or a word of thanks before it,
 * and nothing behind. An item of a list stands at the start of a line, and is none.
 */
export function isSignature({ text, tokens }: Pick<Reading, "text" | "tokens">, from: number, to: number): boolean {
  if (to !== tokens.length || from === 0 || !/^[\s.!]*$/.test(text.slice(tokens[to - 1]!.end))) return false;
  const before = tokens[from - 1]!;
  const between = text.slice(before.end, tokens[from]!.start);
  if (between.length > 12 || !DASHED.test(between)) return false;
  const isItem = /\n\s*[-–—~]/.test(between) && /(?:^|\n)\s*[-–—~] /.test(text.slice(0, before.end));
  return !isItem && (/[.?!…\n]/.test(between) || CLOSINGS.has(keyOf(before)));
}
