import { textSlots } from "../rows/text-slots.ts";

/** All texts of a row as one, joined by line breaks, and the start of each. */
export type RowTexts = { text: string; slots: readonly { path: readonly (string | number)[]; start: number }[] };

/** Joins the texts of a row. `only` names the fields to use; default: all. */
export function rowTexts(fields: Readonly<Record<string, unknown>>, only?: readonly string[]): RowTexts {
  const found = only === undefined ? textSlots(fields) : only.flatMap((name) => textSlots(fields, name));
  let start = 0;
  const slots = found.map(({ path, text }) => {
    const slot = { path, start };
    start += text.length + 1;
    return slot;
  });
  return { text: found.map(({ text }) => text).join("\n"), slots };
}

/** Maximum characters of evidence in a hit. */
const EVIDENCE_CHARACTERS = 300;

/**
 * Converts a range of the joined texts to a position in the row and its text; a range that exceeds a text is cut at its
 * end.
 */
export function placeOf(
  { text, slots }: RowTexts,
  { start, end }: { start: number; end: number },
): { path: (string | number)[]; start: number; end: number; evidence: string } {
  let index = slots.findLastIndex((slot) => slot.start <= start);
  if (index === -1) index = 0;
  const slot = slots[index]!;
  const slotEnd = (slots[index + 1]?.start ?? text.length + 1) - 1;
  const last = Math.min(end, slotEnd);
  const shown = text.slice(start, Math.min(last, start + EVIDENCE_CHARACTERS)).replaceAll(/\p{Surrogate}/gu, "\ufffd");
  return {
    path: [...slot.path],
    start: start - slot.start,
    end: last - slot.start,
    evidence: last - start > EVIDENCE_CHARACTERS ? `${shown}…` : shown,
  };
}
