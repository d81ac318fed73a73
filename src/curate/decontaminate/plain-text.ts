import { markupAt, SIGNAL } from "./markup.ts";

/** A text without its markup, and the source offsets of its characters. */
export type PlainText = {
  text: string;
  /** The range of the original from which a range of `text` was made. */
  placeIn: (place: { start: number; end: number }) => { start: number; end: number };
};

type Edit = { start: number; end: number; plainStart: number; plainEnd: number };

/**
 * Normalises a text: entities and escapes become characters; tags, emphasis and the special tokens of chat templates
 * are removed; full-width and look-alike letters become plain ones; LaTeX commands become characters or words. An item
 * then has the same words in every source format. Two layers are removed, for example of a web page in JSON.
 */
export function plainText(text: string): PlainText {
  const once = withoutMarkup(text);
  if (once === undefined) return { text, placeIn: (place) => place };
  const twice = withoutMarkup(once.text);
  return twice === undefined ? once : { text: twice.text, placeIn: (place) => once.placeIn(twice.placeIn(place)) };
}

/** Removes one layer of markup; undefined if there is none. One pass, linear time. */
function withoutMarkup(text: string): PlainText | undefined {
  const edits: Edit[] = [];
  const parts: string[] = []; // joined at the end: a text made by concatenation is slow to go through
  let [copied, length] = [0, 0];
  SIGNAL.lastIndex = 0;
  while (SIGNAL.test(text)) {
    const next = SIGNAL.lastIndex;
    const markup = markupAt(text, next - 1);
    if (markup === undefined || markup.start < copied) continue;
    parts.push(text.slice(copied, markup.start), markup.plain);
    const plainStart = length + markup.start - copied;
    length = plainStart + markup.plain.length;
    edits.push({ start: markup.start, end: markup.end, plainStart, plainEnd: length });
    copied = markup.end;
    SIGNAL.lastIndex = markup.end;
  }
  if (edits.length === 0) return undefined;
  parts.push(text.slice(copied));
  return {
    text: parts.join(""),
    placeIn: ({ start, end }) => ({
      start: origin(edits, start).start,
      end: end <= start ? origin(edits, start).start : origin(edits, end - 1).end,
    }),
  };
}

/** The characters of the original from which one character of the plain text was made. */
function origin(edits: readonly Edit[], index: number): { start: number; end: number } {
  let [low, high] = [0, edits.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edits[middle]!.plainStart <= index) low = middle + 1;
    else high = middle;
  }
  // Of edits at one place the last is what the character belongs to: those before it have no characters.
  const edit = edits[low - 1];
  if (edit === undefined) return { start: index, end: index + 1 };
  if (index < edit.plainEnd) return { start: edit.start, end: edit.end };
  const start = edit.end + index - edit.plainEnd;
  return { start, end: start + 1 };
}
