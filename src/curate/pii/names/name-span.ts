import type { Token } from "./tokens.ts";

/** Entities that names, places and shapes show. */
export type NameEntity = "PERSON" | "TITLE" | "LOCATION" | "STREET_ADDRESS" | "ZIP_CODE" | "NRP" | "ORGANIZATION";

/** A stretch of text that is one of them, from token `from` up to and without `to`. */
export type NameSpan = { start: number; end: number; type: NameEntity; score: number };

/** A text being read: its tokens, and which of them a span has taken already. */
export type Reading = { text: string; tokens: readonly Token[]; taken: Uint8Array; spans: NameSpan[] };

/** Takes tokens `from` up to `to` for a span. */
export function take(
  reading: Reading,
  { from, to, type, score }: { from: number; to: number } & Omit<NameSpan, "start" | "end">,
): void {
  const { tokens, taken, spans } = reading;
  spans.push({ start: tokens[from]!.start, end: tokens[to - 1]!.end, type, score });
  taken.fill(1, from, to);
}

/** True if no token of a stretch belongs to a span. */
export function isFree({ taken }: Reading, from: number, to: number): boolean {
  for (let index = from; index < to; index++) if (taken[index] !== 0) return false;
  return true;
}
