import { lineEnd } from "../../../base/words.ts";
import { lineKind, type LineKind } from "./code-lines.ts";
import { commentBlocks } from "./comment-blocks.ts";
import { lispForms } from "./lisp.ts";
import { closesText, markLiterals, type NextFinder, nextFinder } from "./literals.ts";
import { settingsIn } from "./settings.ts";

/** Class of a character. A literal is a string or a comment inside code, a setting is a value in a settings file. */
export const PLACE = { prose: 0, code: 1, literal: 2, setting: 3 } as const;

/** Number of characters of a line that are checked; a longer line is classified by its start. */
const LONGEST = 400;

/** Maximum undetermined lines or comments inside code; more of them end it. */
const OPEN_LINES = 12;

/** Languages of fenced blocks that are not code: their content is read as plain text. */
const TEXTS: ReadonlySet<string> = new Set(
  "text txt plain plaintext markdown md email eml log csv tsv json jsonl xml html".split(" "),
);

/** Languages of fenced blocks with settings or records. */
const SETTINGS: ReadonlySet<string> = new Set("yaml yml toml ini properties conf cfg".split(" "));

const FENCE = /^[ \t]{0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n`]*$/gm;

/** Keywords before a name: code that may have no sign of its own ("import Jordan", "#define Jordan 1"). */
const DECLARED =
  /(?:class|trait|object|interface|module|instance|include|require|open|record|enum|struct|protocol|extension|defmodule) [A-Z]|(?:import|package|namespace|using|use|alias|from) (?:[A-Z]|\w+[ .\\/]\w)|#(?:define|include|if|pragma)/;

let last: { text: string; places: Uint8Array | undefined } | undefined;

/**
 * Source code of a text: one of PLACE for each character, or undefined if there is no code.
 * Code is: fenced blocks of a programming language; fenced blocks without a language, and other lines, if they look
 * like statements (see `lineKind`); and `inline code` in backticks, unless it consists only of words. Data (JSON, CSV,
 * forms, logs) is not code. Takes linear time; the result for the last text is cached.
 */
export function codePlaces(text: string): Uint8Array | undefined {
  if (last !== undefined && last.text === text) return last.places;
  const places = placesOf(text);
  last = { text, places };
  return places;
}

function placesOf(text: string): Uint8Array | undefined {
  if (!/[(){}=;`<@$:|]|# /.test(text) && !DECLARED.test(text)) return undefined;
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
    if (markFenced(source, { ...block, language }, places)) isAny = true;
    from = close.end;
    FENCE.lastIndex = close.end;
  }
  if (markLines(source, { start: from, end: text.length }, places)) isAny = true;
  if (markInline(text, places)) isAny = true;
  if (!isAny) return undefined;
  markLiterals(text, places);
  return places;
}

/** Type of a fenced block, by its language. */
function markFenced(
  source: Source,
  { language, ...block }: { start: number; end: number; language: string },
  places: Uint8Array,
): boolean {
  if (language === "") return markLines(source, block, places);
  if (SETTINGS.has(language)) return markSettings(source.text, block, places);
  return !TEXTS.has(language) && mark(places, block);
}

/** Settings without code. */
function markSettings(text: string, stretch: { start: number; end: number }, places: Uint8Array): boolean {
  const { keys, values, people } = settingsIn(text, stretch);
  for (const { start, end } of keys) places.fill(PLACE.code, start, end);
  for (const { start, end } of values) places.fill(PLACE.setting, start, end);
  for (const { start, end } of people) places.fill(PLACE.literal, start, end);
  return keys.length > 0;
}

/** Comments outside code. */
function markComments(text: string, stretch: { start: number; end: number }, places: Uint8Array): boolean {
  const blocks = commentBlocks(text, stretch);
  for (const { start, end } of blocks)
    for (let index = start; index < end; index++) if (places[index] === PLACE.prose) places[index] = PLACE.literal;
  return blocks.length > 0;
}

/** Forms of Lisp. */
function markForms(text: string, stretch: { start: number; end: number }, places: Uint8Array): boolean {
  const forms = lispForms(text, stretch);
  for (const form of forms) {
    mark(places, form);
    for (const { start, end } of form.literals) places.fill(PLACE.literal, start, end);
  }
  return forms.length > 0;
}

/** The end of a comment or text whose beginning was cut off above a stretch that has code. */
function markCutComment(text: string, { start, end }: { start: number; end: number }, places: Uint8Array): boolean {
  const close = /\*[)/][ \t]*(?:\n|$)|^[ \t]*(?:"""|''')[ \t]*(?=\n|$)/m.exec(
    text.slice(start, Math.min(end, start + LONGEST_BLOCK)),
  );
  if (close === null) return false;
  const stop = start + close.index + close[0].length;
  const before = text.slice(start, start + close.index);
  if (/\/\*|\(\*|"""|'''/.test(before)) return false;
  const isText = /^[ \t]*["']/.test(close[0]);
  if (isText && !closesText(text, start + close.index + close[0].search(/["']/))) return false;
  for (let index = start; index < stop; index++) if (places[index] === PLACE.prose) places[index] = PLACE.literal;
  return true;
}

/** A text, and a finder of marks in it. */
type Source = { text: string; next: NextFinder };

/** End of a fenced block: its last line, and the text after it. An unclosed block extends to the end of the text. */
function closing(text: string, from: number, fence: string): { start: number; end: number } {
  for (let index = from; index < text.length;) {
    const end = lineEnd(text, index);
    const line = text.slice(index, Math.min(end, index + 80)).trim();
    if (line.startsWith(fence) && line.replaceAll(fence.charAt(0), "") === "") return { start: index, end };
    index = end + 1;
  }
  return { start: text.length, end: text.length };
}

function mark(places: Uint8Array, { start, end }: { start: number; end: number }): boolean {
  places.fill(PLACE.code, start, end);
  return end > start;
}

/**
 * Marks code between the lines of a stretch of text: a run of lines with one that is certainly code, or two that may
 * be.
 */
function markLines(source: Source, stretch: { start: number; end: number }, places: Uint8Array): boolean {
  const { text } = source;
  const { start, end } = stretch;
  const outside: Line[] = [];
  let [coded, isAny] = [0, false];
  let run: { start: number; end: number; weak: number; strong: number; open: number; prose: Line[] } | undefined;
  let lead: number | undefined; // where the comments right above begin
  const close = (): void => {
    if (run !== undefined && (run.strong > 0 || run.weak > 1)) {
      isAny = mark(places, run) || isAny;
      coded += run.strong + run.weak;
      for (const line of run.prose) places.fill(PLACE.literal, line.start, line.end);
    }
    run = undefined;
  };
  for (let index = start; index < end;) {
    const stop = Math.min(end, lineEnd(text, index));
    const line = text.slice(index, Math.min(stop, index + LONGEST)).trimEnd();
    const kind = lineKind(line);
    if (kind === "strong" || kind === "weak" || kind === "part" || (run !== undefined && isInside(kind, line))) {
      run ??= { start: lead ?? index, end: stop, weak: 0, strong: 0, open: 0, prose: [] };
      const inside = spanEnd(source, index, { stop, end });
      if (kind === "strong") run.strong += 1;
      if (kind === "weak") run.weak += 1;
      if (kind === "prose" && inside === stop) run.prose.push({ start: index, end: stop, kind, line });
      run.open = 0;
      run.end = inside;
      index = lineEnd(text, inside) + 1;
      continue;
    }
    outside.push({ start: index, end: stop, kind, line });
    lead = COMMENT.test(line) || (line === "" && lead !== undefined) ? (lead ?? index) : undefined;
    if (kind === "prose" || (kind === "open" && run !== undefined && ++run.open > OPEN_LINES)) close();
    else if (run !== undefined && /^\s*(?:[\])}]|#|\/\/|--)/.test(line)) run.end = stop;
    index = stop + 1;
  }
  close();
  markRest(outside, places, coded);
  if (markForms(text, stretch, places)) isAny = true;
  if (isAny && markCutComment(text, stretch, places)) isAny = true;
  if (markTags(text, stretch, places)) isAny = true;
  markTagTexts(text, stretch, places);
  if (markSettings(text, stretch, places)) isAny = true;
  if (markComments(text, stretch, places)) isAny = true;
  return isAny;
}

/** A line outside all runs of code. */
type Line = { start: number; end: number; kind: LineKind; line: string };

/** Minimum number of code lines of a program, and their minimum number for each line of prose. */
const [PROGRAMME, FOR_PROSE] = [3, 8];

/** Capitalised words only: "Mary Smith", which may be the signature of a program. */
const NAME_LIKE = /^[\s>*-]*\p{Lu}[\p{L}'’.-]*(?:,? \p{Lu}[\p{L}'’.-]*){0,3},?$/u;

/** Marks comments and isolated words as code too if nearly all of a stretch is code. */
function markRest(outside: readonly Line[], places: Uint8Array, coded: number): void {
  const isProse = ({ kind, line }: Line): boolean => kind === "prose" && !COMMENT.test(line);
  const prose = outside.filter((line) => isProse(line)).length;
  if (coded < PROGRAMME || prose * FOR_PROSE > coded) return;
  for (const line of outside) {
    const isComment = COMMENT.test(line.line) && !/^\s*\* /.test(line.line);
    const isWord =
      line.kind !== "prose" &&
      !NAME_LIKE.test(line.line) &&
      /[^\p{L}\p{M}\s,.'’!?:-]|^\s*[a-z][\w.]*(?: [\w.]+)?$/u.test(line.line);
    if (line.line.trim() !== "" && places[line.start] === PLACE.prose && (isComment || isWord)) mark(places, line);
  }
}

/** A tag with at least one attribute and its value, on one line or several. */
const TAG =
  /<[a-z][\w.:-]{0,30}(?:\s{1,40}[\w:@.-]{1,40}){0,3}\s{1,40}[\w:@.-]{1,40}=(?:"[^"<>]{0,4000}"|'[^'<>]{0,4000}')(?:\s{0,40}[\w:@.-]{1,40}(?:=(?:"[^"<>]{0,4000}"|'[^'<>]{0,4000}'|[^\s"'<>]{1,200}))?){0,40}\s{0,40}\/?>/gi;

/** Marks tags in lines of text as markup: the address in `<a href="...">` and the path in `<path d="...">`. */
function markTags(text: string, { start, end }: { start: number; end: number }, places: Uint8Array): boolean {
  let isAny = false;
  TAG.lastIndex = start;
  for (let match = TAG.exec(text); match !== null && match.index < end; match = TAG.exec(text)) {
    if (places[match.index] !== PLACE.prose) continue;
    isAny = mark(places, { start: match.index, end: Math.min(end, match.index + match[0].length) }) || isAny;
  }
  return isAny;
}

/** Marks the content between the tags of a page as text: "<p>Mary Smith called</p>". */
function markTagTexts(text: string, { start, end }: { start: number; end: number }, places: Uint8Array): void {
  TAG_TEXT.lastIndex = start;
  for (let match = TAG_TEXT.exec(text); match !== null && match.index < end; match = TAG_TEXT.exec(text)) {
    const [whole, opening = match[3]!, value = match[4]!] = match;
    if (places[match.index] !== PLACE.code || !/\p{L}/u.test(value)) continue;
    const from = match.index + opening.length;
    places.fill(PLACE.prose, from, Math.min(end, match.index + whole.length));
  }
}

/** A tag and the text up to the next tag or the end of the line; an attribute for a name, and its value. */
const TAG_TEXT =
  /(<\/?[A-Za-z][\w.-]{0,30}(?: [^<>\n{}]{0,200})?>)([^<>{}\n=;()]{1,400})(?=<|\n|$)|((?<=\s)(?:\w{0,16}name|author|owner|patient|customer|contact|person|user|city|address|street)=")(\p{Lu}[^"\n]{0,80})(?=")/gu;

const COMMENT = /^\s*(?:#|\/\/|\/\*|\*|--|;;|\(\*)/;

/**
 * An undetermined line belongs to the code above it if it is indented, or opens a string or a comment of several lines.
 */
function isInside(kind: LineKind, line: string): boolean {
  if (/^\s*(?:[rbfuRBFU]{0,2}(?:"""|''')|\/\*|\(\*\s|"[^"]*\\$)/.test(line)) return true;
  return kind === "open" ? /^\s+\S|^[a-z_][^=]*=/.test(line) : /^(?: {4}|\t)/.test(line) && !/[.!?]$/.test(line);
}

/** Marks that close comments of several lines. */
const CLOSE: ReadonlyMap<string, string> = new Map([
  ["/*", "*/"],
  ["(*", "*)"],
]);

/** Maximum number of characters of a string or comment over several lines. */
const LONGEST_BLOCK = 20_000;

/** End of a line of code with a string that goes on after a backslash at its end. */
function stringEnd(text: string, { start, stop, end }: { start: number; stop: number; end: number }): number {
  let [from, index, isOpen] = [start, stop, false];
  while (text.charAt(index - 1) === "\\" && index < end && index - start < LONGEST_BLOCK) {
    const quotes = text.slice(from, index).match(/(?<!\\)"/g)?.length ?? 0;
    isOpen = isOpen !== (quotes % 2 === 1);
    if (!isOpen) return index;
    from = index;
    index = Math.min(end, lineEnd(text, index + 1));
  }
  return index;
}

/** End of a line of code, including a triple-quoted string, here-document or multi-line comment that opens in it. */
function spanEnd({ text, next }: Source, start: number, { stop, end }: { stop: number; end: number }): number {
  let index = stop;
  for (let from = start; ;) {
    const line = text.slice(from, index);
    const open = /"""|'''|\/\*|\(\*(?=[*\s])|<<[-~<]?\s?["']?([A-Z_][A-Z\d_]{2,})(?!\w)/.exec(line);
    if (open === null) return stringEnd(text, { start, stop: index, end });
    const sign = open[1] ?? CLOSE.get(open[0]) ?? open[0];
    if (sign.length === 3 && closesText(text, from + open.index)) return index;
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
