import { parseExactJson, writeExactJson } from "../../base/exact-json.ts";
import { recognise } from "../../curate/pii/recognisers/recognise.ts";

/** Longest text that is searched at once; longer texts are searched in pieces. */
const PIECE = 100_000;

/** Characters on both sides of a piece that are searched with it: more than any finding and its context have. */
const OVERLAP = 1_000;

/**
 * A text with personal data and secrets replaced by their kind: `<EMAIL_ADDRESS>`. In JSON only strings are redacted,
 * so JSON remains JSON.
 */
export function redactContent(text: string): string {
  if (/^\s*[[{"]/.test(text)) {
    try {
      const value = parseExactJson(text);
      const redacted = writeExactJson(redactValue(value));
      return redacted === writeExactJson(value) ? text : redacted; // text without findings keeps its spaces
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error; // text that only starts like JSON
    }
  }
  return redactText(text);
}

function redactValue(value: unknown): unknown {
  if (typeof value === "string") return redactContent(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactValue(inner)]));
}

/**
 * Searches pieces that overlap, so that nothing is missed because it spans two of them. A finding that begins in the
 * overlap belongs to the next piece.
 */
function redactText(text: string): string {
  let [redacted, place] = ["", 0];
  for (let start = 0; start < text.length; start += PIECE) {
    const from = Math.max(0, start - OVERLAP);
    for (const found of recognise(text.slice(from, start + PIECE + OVERLAP))) {
      const [begin, end] = [Math.max(place, from + found.start), from + found.end];
      if (from + found.start >= start + PIECE || end <= place) continue;
      redacted += `${text.slice(place, begin)}<${found.type}>`;
      place = end;
    }
  }
  return redacted + text.slice(place);
}
