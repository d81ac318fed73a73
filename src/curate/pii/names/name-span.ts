import type { Token } from "./tokens.ts";

/** Entities that names, places and shapes show. */
export type NameEntity = "PERSON" | "TITLE" | "LOCATION" | "STREET_ADDRESS" | "ZIP_CODE" | "NRP" | "ORGANIZATION";

/** A span of one of these entities, from token `from` to `to`; the end is exclusive. */
export type NameSpan = { start: number; end: number; type: NameEntity; score: number };

/** State of a text: its tokens, and which of them belong to a span. */
export type Reading = { text: string; tokens: readonly Token[]; taken: Uint8Array; spans: NameSpan[] };

/** Assigns tokens `from` to `to` to a span. */
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
