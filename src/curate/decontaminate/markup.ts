import { LOOK_ALIKE_SIGN, LOOK_ALIKES, lookAlike } from "./look-alikes.ts";
import { commandSign, ENTITIES, GREEK, isCommand } from "./markup-signs.ts";

/** A piece of markup in a text, and its replacement. */
type Markup = { start: number; end: number; plain: string };

/** Roles of a UTF-16 code unit. */
const NOTHING = 0;
const ENTITY = 1;
const TAG = 2;
const ESCAPE = 3;
const UNDERSCORE = 4;
const POWER = 5;
const OTHER_LETTER = 6;
const ACCENT = 7;
const LOOK_ALIKE = 8;

const signals = new Uint8Array(65_536);
for (const [sign, kind] of [
  ["&", ENTITY],
  ["<", TAG],
  ["\\", ESCAPE],
  ["_", UNDERSCORE],
  ["^", POWER],
] as const)
  signals[sign.charCodeAt(0)] = kind;
for (const [from, to, kind] of [
  [0xff01, 0xff5e, OTHER_LETTER], // full width
  [0xfb00, 0xfb06, OTHER_LETTER], // ligatures
  [0x00b2, 0x00b3, OTHER_LETTER], // powers
  [0x00b9, 0x00b9, OTHER_LETTER],
  [0x2070, 0x2070, OTHER_LETTER],
  [0x2074, 0x2079, OTHER_LETTER],
  [0x2080, 0x2089, OTHER_LETTER], // indices
  [0x03b1, 0x03c9, OTHER_LETTER], // Greek
  [0x221a, 0x221a, OTHER_LETTER], // root
  [0x0300, 0x036f, ACCENT],
] as const)
  signals.fill(kind, from, to + 1);
for (const letter of LOOK_ALIKES) signals[letter.charCodeAt(0)] = LOOK_ALIKE;

const SIGNS =
  /&(?=[#a-zA-Z])|<(?=[a-z/|])|\\(?=\S)|_(?=[\W_]|$)|(?<![\w\u00aa-\uffff])_|\^(?=[\\{])|[\uff01-\uff5e\ufb00-\ufb06\u03b1-\u03c9\u00b2\u00b3\u00b9\u2070-\u2089\u221a]|[\u0300-\u036f]/;

/**
 * Finds the last character of the next sign that may be markup. The adjacent character is checked where it is
 * sufficient, because most texts contain many such signs.
 */
export const SIGNAL = new RegExp(`${SIGNS.source}|${LOOK_ALIKE_SIGN.source}`, "g");

const ENTITY_AT = /&(?:amp;){0,3}(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z]{2,8}\d{0,2}));/y;
const CHAT_MARK_AT = /<\|[\w ]{1,30}\|>(?:\s?(?:user|assistant|system|human|tool)\b)?/y;
const TAG_AT =
  /<\/?(?:(p|br|div|li|ul|ol|tr|td|th|table|tbody|thead|h[1-6]|hr|pre|blockquote)|(su[bp])|b|i|u|em|strong|span|a|code|font|small|mark)(?:\s{1,9}[\w-]{1,30}="[^"<>]{0,300}"){0,9}\s{0,9}\/?>/y;
const ESCAPE_AT = /\\{1,4}(?:u([\da-fA-F]{4})|([a-zA-Z]{1,30})|([^a-zA-Z\s]))/y;
const DEGREE_AT = /\^\{?\\{1,2}(?:circ|degree)\b\}?/iy;
const LETTER = /[\w\u00aa-\uffff]/;

/**
 * The markup that begins at an offset, or whose accent is at that offset; undefined if there is none. Each pattern
 * reads a bounded stretch.
 */
export function markupAt(text: string, position: number): Markup | undefined {
  const kind = signals[text.charCodeAt(position)]!;
  if (kind === ENTITY) return entityAt(text, position);
  if (kind === TAG) return tagAt(text, position);
  if (kind === ESCAPE) return escapeAt(text, position);
  if (kind === UNDERSCORE) return underscoresAt(text, position);
  if (kind === POWER)
    return text[position + 1] === "\\" || text[position + 1] === "{"
      ? matched(DEGREE_AT, { text, at: position }, () => "°")
      : undefined;
  if (kind === ACCENT) return accentAt(text, position);
  if (kind === LOOK_ALIKE)
    return lookAlike(text, position) ?? (isLowerGreek(text, position) ? otherLetterAt(text, position) : undefined);
  return kind === NOTHING ? undefined : otherLetterAt(text, position);
}

/** The match of a sticky pattern at an offset, as `plainOf` reads it. */
function matched(
  pattern: RegExp,
  { text, at: index }: { text: string; at: number },
  plainOf: (match: RegExpExecArray) => string | undefined,
): Markup | undefined {
  pattern.lastIndex = index;
  const match = pattern.exec(text);
  const plain = match === null ? undefined : plainOf(match);
  return plain === undefined ? undefined : { start: index, end: index + match![0].length, plain };
}

function entityAt(text: string, position: number): Markup | undefined {
  return matched(ENTITY_AT, { text, at: position }, ([, decimal, hex, name]) => {
    if (name !== undefined) return ENTITIES.get(name);
    const point = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return point > 0 && point <= 0x10_ffff ? String.fromCodePoint(point) : undefined;
  });
}

function tagAt(text: string, position: number): Markup | undefined {
  const next = text.charCodeAt(position + 1);
  if (next === 0x7c) return matched(CHAT_MARK_AT, { text, at: position }, () => "\n");
  if (next !== 0x2f && (next < 0x61 || next > 0x7a)) return undefined; // neither slash nor small letter
  return matched(TAG_AT, { text, at: position }, ([, line, index]) =>
    line === undefined ? (index === undefined ? "" : " ") : "\n",
  );
}

function escapeAt(text: string, position: number): Markup | undefined {
  return matched(ESCAPE_AT, { text, at: position }, ([, unit, word, sign]) => {
    if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
    if (word === undefined) return /[,;!:()[\]\\]/.test(sign!) ? " " : sign!;
    const known = commandSign(word);
    if (known !== undefined) return known;
    // An escaped end of a line before a word, unless the two are a command.
    return /^[nrt]/.test(word) && !isCommand(word) ? `\n${word.slice(1)}` : ` ${word}`;
  });
}

/** Underscores that do not join two words: they mark emphasis or a blank. */
function underscoresAt(text: string, position: number): Markup | undefined {
  const isInWord =
    position > 0 && LETTER.test(text[position - 1]!) && position + 1 < text.length && LETTER.test(text[position + 1]!);
  if (isInWord && text[position + 1] !== "_") return undefined;
  let end = position + 1;
  while (text[end] === "_") end += 1;
  const joins = position > 0 && LETTER.test(text[position - 1]!) && end < text.length && LETTER.test(text[end]!);
  return joins ? undefined : { start: position, end, plain: " " };
}

/** Replaces a letter with separate accents by the accented letter. */
function accentAt(text: string, position: number): Markup | undefined {
  if (position === 0 || !/[a-zA-Z]/.test(text[position - 1]!)) return undefined;
  let end = position + 1;
  while (end < position + 8 && signals[text.charCodeAt(end)] === ACCENT) end += 1;
  return { start: position - 1, end, plain: text.slice(position - 1, end).normalize("NFC") };
}

function isLowerGreek(text: string, position: number): boolean {
  return text.charCodeAt(position) >= 0x3b1 && text.charCodeAt(position) <= 0x3c9;
}

function otherLetterAt(text: string, position: number): Markup | undefined {
  const letter = text[position]!;
  const read = (plain: string): Markup => ({ start: position, end: position + 1, plain });
  const unit = text.charCodeAt(position);
  if (unit >= 0xff01) return read(String.fromCharCode(unit - 0xfee0));
  if (unit === 0x221a) return read(" sqrt");
  if (unit >= 0x3b1 && unit <= 0x3c9) {
    const isWord = /[\u0370-\u03ff]/.test(`${text[position - 1] ?? ""}${text[position + 1] ?? ""}`);
    return isWord ? undefined : read(` ${GREEK.get(letter)!}`);
  }
  const plain = letter.normalize("NFKC");
  return read(unit < 0x2080 ? `^${plain}` : plain); // a power; else an index or a ligature
}
