import { CodeLines } from "./code-lines.ts";
import { LineIndent } from "./line-indent.ts";
import { OpenStars, STAR } from "./open-stars.ts";
import { meantSign, type SignPlace } from "./sign-class.ts";
import { ALONE, SIGN, WHOLE_TEXT, wordClass } from "./word-class.ts";

/** A range of UTF-8 bytes that contains a text: plain, or the content of a JSON string with its escapes. */
export type TextBytes = {
  bytes: Uint8Array;
  start: number;
  end: number;
  isJson: boolean;
  /** Whether the text was composed and lower-cased as a whole. */
  isWhole?: boolean | undefined;
};

/** Hashes of the tokens of one text: 64 bits each, in two halves. The arrays are longer than `count` and are reused. */
export type TokenHashes = {
  low: Uint32Array;
  high: Uint32Array;
  count: number;
  /** Hash of the meaningful signs outside tokens, each with the token before it; 0 if there are none. */
  signs: number;
  /** Hash of the text as written, with case, punctuation and white space. */
  written: number;
};

/** Returned instead of a count: an escape or a control character in the text is not valid JSON. */
export const NOT_JSON = -1;

/** Returned instead of a count: the text must first be composed and lower-cased as a whole; see `WHOLE_TEXT`. */
export const NEEDS_WHOLE = -2;

const SPECIAL = 1;
const PLAIN = byteClasses(false);
const JSON_STRING = byteClasses(true);

const indent = new LineIndent();
const stars = new OpenStars();
let codeSigns = 0;
const code = new CodeLines((sign, token) => {
  codeSigns = signed(codeSigns, sign, token);
});

/** Context of a sign; one object reused for all of them. */
const place: SignPlace = {
  isAfterWord: false,
  letterBefore: 0,
  seenBefore: 0,
  isAfterSpace: false,
  isLineStart: false,
  points: 0,
  arePointsAfterWord: false,
  next: 0,
  isBeforeWord: false,
};

/** Used instead of a sign: a block begins or ends. Above all code points. */
const BLOCK_SIGN = 0x120000;

/** Used instead of a sign: stars without a partner. Above all other signs. */
const STARS_SIGN = 0x130000;

const SEED_LOW = 0x2545f491;
const SEED_HIGH = 0x6a09e667;
const FACTOR_LOW = 0x85ebca6b;
const FACTOR_HIGH = 0x9e3779b1;

/** An empty buffer for `hashTokens`. */
export function tokenHashes(): TokenHashes {
  return { low: new Uint32Array(1024), high: new Uint32Array(1024), count: 0, signs: 0, written: 0 };
}

/**
 * Splits a text into tokens and hashes each, in one pass over its bytes: the text is composed (NFC) and lower-cased;
 * tokens are the matches of `/[\p{L}\p{N}_]+/gu`, from which letters of scripts without spaces are split off one by
 * one.
 * The two halves are independent multiplicative hashes over code points: the probability that two given tokens share
 * both is about 2^-64. They do not protect against texts that are built to collide.
 *
 * @param text valid UTF-8 between `start` and `end`
 * @param out receives the hashes; enlarged if it is too small
 * @returns count of tokens; NOT_JSON if an escape or a control character is not valid JSON; NEEDS_WHOLE if the text
 * must be composed and lower-cased as a whole first
 */
export function hashTokens({ bytes, start, end, isJson, isWhole }: TextBytes, out: TokenHashes): number {
  makeRoom(out, ((end - start) >> 1) + 1);
  const { low: lows, high: highs } = out;
  const classes = isJson ? JSON_STRING : PLAIN;
  let [count, low, high] = [0, SEED_LOW, SEED_HIGH];
  let [isOpen, capitals] = [false, 0]; // of the word, and a hash of where its capitals stand
  let [signs, lineCount] = [0, 0]; // lineCount: tokens before the line
  let [seen, lastLetter] = [0, 0]; // the last visible character, and the last of a word
  startText();
  for (let index = start; index < end;) {
    const from = index;
    let codePoint = bytes[index]!;
    let letter: number = classes[codePoint]!;
    if (letter === SPECIAL) {
      codePoint = codePoint < 0x80 ? escapedAt(bytes, index, end) : codePointAt(bytes, index);
      if (codePoint < 0) return NOT_JSON;
      index += bytes[index]! < 0x80 ? escapeLength(bytes[index + 1]!, codePoint) : utf8Length(bytes[index]!);
      letter = wordClass(codePoint);
      if ((letter & WHOLE_TEXT) !== 0) {
        if (isWhole !== true) return NEEDS_WHOLE;
        letter &= ~WHOLE_TEXT;
      }
    } else index += 1;
    if (indent.isAtStart && !isSpacing(codePoint))
      signs = blockSigned(signs, indent.startLine(codePoint, seen), count === 0 ? 0 : lows[count - 1]!);
    if (letter > SIGN && letter < ALONE) {
      low = Math.imul(low ^ letter, FACTOR_LOW);
      high = Math.imul(high ^ letter, FACTOR_HIGH);
      if (letter !== codePoint) capitals = Math.imul(capitals ^ low, FACTOR_HIGH);
      isOpen = true;
      lastLetter = letter;
      continue;
    }
    const isAfterWord = isOpen;
    if (isOpen) {
      seen = lastLetter;
      lows[count] = mixed(low);
      highs[count++] = mixed(high);
      low = SEED_LOW;
      high = SEED_HIGH;
      isOpen = false;
      if (capitals !== 0) capitals = code.takeCapitals(capitals, lows[count - 1]!);
    }
    if (isSpacing(codePoint)) {
      indent.takeSpace(codePoint);
      if (codePoint === NEWLINE) [signs, lineCount] = [lineSigned(signs, seen), count];
      continue;
    }
    if (letter >= ALONE) {
      letter &= ALONE - 1;
      lows[count] = mixed(Math.imul(SEED_LOW ^ letter, FACTOR_LOW));
      highs[count++] = mixed(Math.imul(SEED_HIGH ^ letter, FACTOR_HIGH));
    } else if (letter === SIGN) {
      setBefore(isAfterWord ? lastLetter : 0, seen, count === lineCount);
      const mark = { codePoint, from, at: index, token: count === 0 ? 0 : lows[count - 1]! };
      signs = markSigned(signs, mark, { bytes, start, end, isJson });
    }
    seen = codePoint;
  }
  if (isOpen) {
    lows[count] = mixed(low);
    highs[count++] = mixed(high);
    seen = lastLetter;
    if (capitals !== 0) code.takeCapitals(capitals, lows[count - 1]!);
  }
  out.count = count;
  out.signs = textSigned(lineSigned(signs, seen));
  return count;
}

function makeRoom(out: TokenHashes, tokens: number): void {
  if (out.low.length < tokens) [out.low, out.high] = [new Uint32Array(2 * tokens), new Uint32Array(2 * tokens)];
}

/** Adds a mark between two positions to the hash of signs, depending on its context in `place`. */
function markSigned(
  signs: number,
  { codePoint, from, at: index, token }: { codePoint: number; from: number; at: number; token: number },
  text: TextBytes,
): number {
  const { bytes, end } = text;
  place.next = index < end ? characterAt(bytes, index, text) : SPACE;
  place.isBeforeWord = isWord(place.next);
  place.isAfterSpace = isSpaceBefore(bytes, from, text);
  if (codePoint === PERIOD) countPoints();
  const sign = codePoint === STAR && stars.isAlone(place) ? STAR : meantSign(codePoint, place);
  code.takeMark(codePoint, token, { place, isCounted: sign !== 0 });
  return sign === 0 ? signs : signed(signs, sign, token);
}

const [TAB, NEWLINE, RETURN, SPACE, PERIOD, BACKSLASH] = [0x09, 0x0a, 0x0d, 0x20, 0x2e, 0x5c];

function isSpacing(codePoint: number): boolean {
  return (
    codePoint === SPACE || (codePoint <= RETURN && (codePoint === NEWLINE || codePoint === TAB || codePoint === RETURN))
  );
}

/**
 * Adds a sign, together with the token before it, to the hash of the preceding signs, so that words inserted elsewhere
 * change nothing.
 */
function signed(signs: number, sign: number, token: number): number {
  return mixed(Math.imul(signs ^ sign, FACTOR_LOW) + token);
}

/** Sets the number of points immediately before one. */
function countPoints(): void {
  const isNext = place.seenBefore === PERIOD && !place.isAfterSpace && !place.isAfterWord;
  place.points = isNext ? place.points + 1 : 0;
  if (!isNext) place.arePointsAfterWord = place.isAfterWord;
}

/**
 * Sets the context before a sign: the last letter of a word or 0, the last visible character, and whether the line has
 * no other word.
 */
function setBefore(letter: number, seen: number, isFirst: boolean): void {
  place.isLineStart = letter === 0 && isFirst;
  place.isAfterWord = letter !== 0;
  place.letterBefore = letter;
  place.seenBefore = seen;
}

function startText(): void {
  indent.reset();
  stars.endLine();
  code.reset();
  codeSigns = 0;
  [place.points, place.seenBefore] = [0, 0];
}

/** Ends a line: adds its open stars and reports the signs of code. */
function lineSigned(signs: number, seen: number): number {
  code.endLine(seen);
  const open = stars.endLine();
  return open === 0 ? signs : signed(signs, STARS_SIGN + open, 0);
}

/** The hash of all signs of a text, including those of its lines of code. */
function textSigned(signs: number): number {
  return codeSigns === 0 ? signs : mixed(signs ^ mixed(codeSigns));
}

/** Hashes for blocks that begin or end. */
function blockSigned(signs: number, steps: number, token: number): number {
  return steps === 0 ? signs : signed(signs, BLOCK_SIGN + steps, token);
}

/** The code point at a position, or the one that an escape represents. */
function characterAt(bytes: Uint8Array, position: number, { end, isJson }: Pick<TextBytes, "end" | "isJson">): number {
  if (bytes[position]! >= 0x80) return codePointAt(bytes, position);
  return isJson && bytes[position] === BACKSLASH ? escapedAt(bytes, position, end) : bytes[position]!;
}

/** True if a space precedes a position, as itself or as an escape. */
function isSpaceBefore(
  bytes: Uint8Array,
  position: number,
  { start, isJson }: Pick<TextBytes, "start" | "isJson">,
): boolean {
  if (position > start && bytes[position - 1] === SPACE) return true;
  return isJson && position - 6 >= start && escapedAt(bytes, position - 6, position) === SPACE;
}

function isWord(codePoint: number): boolean {
  return codePoint >= 0 && (wordClass(codePoint) & ~WHOLE_TEXT) > SIGN;
}

/**
 * Spreads 32 bits over 32 bits, one to one: the last steps of MurmurHash3.
 *
 * @source Appleby, MurmurHash3, fmix32 (public domain)
 */
export function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * Lower-case letters, digits and the underscore map to themselves, capitals to their lower-case letters, and bytes that
 * need a closer check to SPECIAL.
 */
function byteClasses(isJson: boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    if (byte >= 0x80 || (isJson && (byte === 0x5c || byte < 0x20 || byte === 0x22))) return SPECIAL;
    return wordClass(byte);
  });
}

function utf8Length(first: number): number {
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function codePointAt(bytes: Uint8Array, position: number): number {
  const first = bytes[position]!;
  const second = bytes[position + 1]! & 0x3f;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  const third = bytes[position + 2]! & 0x3f;
  if (first < 0xf0) return ((first & 0x0f) << 12) | (second << 6) | third;
  return ((first & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[position + 3]! & 0x3f);
}

/** Code point of the escape at a backslash; an unpaired surrogate as itself; -1 if it is not an escape. */
export function escapedAt(bytes: Uint8Array, position: number, end: number): number {
  if (bytes[position] !== 0x5c || position + 1 >= end) return -1;
  const unit = unitAt(bytes, position, end);
  if (unit < 0xd800 || unit > 0xdbff) return unit;
  const next = position + 12 <= end && bytes[position + 6] === 0x5c ? unitAt(bytes, position + 6, end) : -1;
  const isPair = bytes[position + 7] === 0x75 && next >= 0xdc00 && next <= 0xdfff;
  return isPair ? 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00) : unit;
}

function unitAt(bytes: Uint8Array, position: number, end: number): number {
  const kind = bytes[position + 1]!;
  if (kind !== 0x75) return '"\\/bfnrt'.includes(String.fromCharCode(kind)) ? SIMPLE[kind]! : -1;
  if (position + 6 > end) return -1;
  let unit = 0;
  for (let index = position + 2; index < position + 6; index++) {
    const digit = Number.parseInt(String.fromCharCode(bytes[index]!), 16);
    if (Number.isNaN(digit)) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/** Characters of the escapes with one letter: all of them separate words. */
const SIMPLE: Readonly<Record<number, number>> = {
  0x22: 0x22,
  0x5c: 0x5c,
  0x2f: 0x2f,
  0x62: 8,
  0x66: 12,
  0x6e: 10,
  0x72: 13,
  0x74: 9,
};

/** Bytes of the escape of a code point, after a backslash and a letter. */
export function escapeLength(kind: number, codePoint: number): number {
  return kind !== 0x75 ? 2 : codePoint > 0xffff ? 12 : 6;
}
