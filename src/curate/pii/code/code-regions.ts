import { lineKind, type LineKind } from "./code-lines.ts";
import { markLiterals, type NextFinder, nextFinder } from "./literals.ts";

/** What a character belongs to. A literal is a string or a comment inside code. */
export const PLACE = { prose: 0, code: 1, literal: 2 } as const;

/** Characters of a line that are looked at: a longer one is told by its beginning. */
const LONGEST = 400;

/** Lines that nothing tells, or a comment, inside code; more of them part it. */
const OPEN_LINES = 12;

/** Languages of fenced blocks that are not code: what is in them is read as any text. */
const TEXTS: ReadonlySet<string> = new Set(
  "text txt plain plaintext markdown md email eml log csv tsv json jsonl yaml yml xml html ini toml properties".split(
    " ",
  ),
);

const FENCE = /^[ \t]{0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n`]*$/gm;

let last: { text: string; places: Uint8Array | undefined } | undefined;

/**
 * Which characters of a text are source code: one of PLACE for each, or undefined where none is.
 *
 * Fenced blocks of a programming language are; fenced blocks without one, and lines outside of them, where they look like
 * statements (see `lineKind`); `inline code` in backticks is where it is not only words. Data (JSON, CSV, forms, logs) is
 * not. In linear time; the last text's answer is kept.
 */
export function codePlaces(text: string): Uint8Array | undefined {
  if (last !== undefined && last.text === text) return last.places;
  const places = placesOf(text);
  last = { text, places };
  return places;
}

function placesOf(text: string): Uint8Array | undefined {
  if (!/[(){}=;`]/.test(text)) return undefined;
  const places = new Uint8Array(text.length);
  const source = { text, next: nextFinder(text) };
  let [from, isAny] = [0, false];
  FENCE.lastIndex = 0;
  for (let open = FENCE.exec(text); open !== null; open = FENCE.exec(text)) {
    const start = Math.min(text.length, FENCE.lastIndex + 1);
    const close = closing(text, start, open[1]!);
    if (markLines(source, { start: from, end: open.index }, places)) isAny = true;
    const language = open[2]!.toLowerCase();
    const block = { start, end: close.start };
    if (language === "" ? markLines(source, block, places) : !TEXTS.has(language) && mark(places, block)) isAny = true;
    from = close.end;
    FENCE.lastIndex = close.end;
  }
  if (markLines(source, { start: from, end: text.length }, places)) isAny = true;
  if (markInline(text, places)) isAny = true;
  if (!isAny) return undefined;
  markLiterals(text, places);
  return places;
}

/** A text, and a way to find marks in it. */
type Source = { text: string; next: NextFinder };

/** Where a fenced block ends: its last line, and the text after it. An open one goes to the end of the text. */
function closing(text: string, from: number, fence: string): { start: number; end: number } {
  for (let index = from; index < text.length;) {
    const end = lineEnd(text, index);
    const line = text.slice(index, Math.min(end, index + 80)).trim();
    if (line.startsWith(fence) && line.replaceAll(fence.charAt(0), "") === "") return { start: index, end };
    index = end + 1;
  }
  return { start: text.length, end: text.length };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function mark(places: Uint8Array, { start, end }: { start: number; end: number }): boolean {
  places.fill(PLACE.code, start, end);
  return end > start;
}

/** Code between the lines of a stretch of text: a run of lines with one that is surely code, or two that may be. */
function markLines(
  { text, next }: Source,
  { start, end }: { start: number; end: number },
  places: Uint8Array,
): boolean {
  let isAny = false;
  let run: { start: number; end: number; weak: number; strong: number; open: number } | undefined;
  let lead: number | undefined; // where the comments right above begin
  const close = (): void => {
    if (run !== undefined && (run.strong > 0 || run.weak > 1)) isAny = mark(places, run) || isAny;
    run = undefined;
  };
  for (let index = start; index < end;) {
    const stop = Math.min(end, lineEnd(text, index));
    const line = text.slice(index, Math.min(stop, index + LONGEST)).trimEnd();
    const kind = lineKind(line);
    if (kind === "strong" || kind === "weak" || kind === "part" || (run !== undefined && isInside(kind, line))) {
      run ??= { start: lead ?? index, end: stop, weak: 0, strong: 0, open: 0 };
      const inside = spanEnd({ text, next }, index, { stop, end });
      if (kind === "strong") run.strong += 1;
      if (kind === "weak") run.weak += 1;
      run.open = 0;
      run.end = inside;
      index = lineEnd(text, inside) + 1;
      continue;
    }
    lead = COMMENT.test(line) || (line === "" && lead !== undefined) ? (lead ?? index) : undefined;
    if (kind === "prose" || (kind === "open" && run !== undefined && ++run.open > OPEN_LINES)) close();
    else if (run !== undefined && /^\s*(?:[\])}]|#|\/\/|--)/.test(line)) run.end = stop;
    index = stop + 1;
  }
  close();
  return isAny;
}

const COMMENT = /^\s*(?:#|\/\/|\/\*|\*|--)/;

/** A line that nothing tells is part of the code above it where it is set in, or opens a string or a comment of several lines. */
function isInside(kind: LineKind, line: string): boolean {
  if (/^\s*(?:[rbfuRBFU]{0,2}(?:"""|''')|\/\*)/.test(line)) return true;
  return kind === "open" ? /^\s+\S/.test(line) : /^(?: {4}|\t)/.test(line) && !/[.!?]$/.test(line);
}

/** Characters of the longest string or comment over several lines that is followed. */
const LONGEST_BLOCK = 20_000;

/** Where a line of code ends, with the string in three quotes or the comment of several lines that opens in it. */
function spanEnd({ text, next }: Source, start: number, { stop, end }: { stop: number; end: number }): number {
  let index = stop;
  for (let from = start; ;) {
    const line = text.slice(from, index);
    const open = /"""|'''|\/\*/.exec(line);
    if (open === null) return index;
    const sign = open[0] === "/*" ? "*/" : open[0];
    const close = next(sign, from + open.index + open[0].length);
    if (close === -1 || close >= end || close - from > LONGEST_BLOCK) return index;
    from = close + sign.length;
    index = Math.max(index, Math.min(end, lineEnd(text, from)));
  }
}

const INLINE = /`([^`\n]{1,200})`/g;

/** `max(a)`, `self.re`, `x`: not `Mary Smith`. */
function markInline(text: string, places: Uint8Array): boolean {
  let isAny = false;
  INLINE.lastIndex = 0;
  for (let match = INLINE.exec(text); match !== null; match = INLINE.exec(text)) {
    if (places[match.index] !== PLACE.prose) continue;
    const inside = match[1]!;
    if (/^[\p{L}'’.-]+(?:,? [\p{L}'’.-]+)+$/u.test(inside) || /^[\d\s+().-]+$/.test(inside)) continue;
    isAny = mark(places, { start: match.index + 1, end: match.index + 1 + inside.length });
  }
  return isAny;
}
