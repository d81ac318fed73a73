import type { Offset } from "./label-spans.ts";

/** Rules by which tokens of a tokenizer spell a text. */
export type Spelling = {
  /**
   * `bytes`: each character of a token is a byte, as in GPT-2 and RoBERTa. `pieces`: characters as left by the
   * normaliser.
   */
  kind: "bytes" | "pieces";
  /** Prefix of a token that continues a word: "##". */
  prefix: string;
  unknown: string | undefined;
  /**
   * True if an unknown token represents a whole word, as in WordPiece; otherwise it represents as little as possible
   * before the next token.
   */
  isWholeWord: boolean;
  /** Tokens that occur in the text verbatim. */
  added: ReadonlySet<string>;
  /**
   * A character as the tokenizer sees it: in lower case and without accents if it normalises so, and surrounded by
   * spaces if it is split off.
   */
  normalised: (character: string) => string;
};

/** Maximum characters skipped to find a token. */
const LOST = 64;

/**
 * Positions of tokens in a text, without surrounding spaces. Undefined if the tokens do not spell the text: the
 * normaliser of the tokenizer changes more than single characters.
 */
export function tokenOffsets(text: string, tokens: readonly string[], spelling: Spelling): Offset[] | undefined {
  return spelling.kind === "bytes" ? byteOffsets(text, tokens) : pieceOffsets(text, tokens, spelling);
}

function pieceOffsets(text: string, tokens: readonly string[], spelling: Spelling): Offset[] | undefined {
  const offsets: Offset[] = [];
  const reader = { text, spelling };
  let position = 0;
  for (const [index, token] of tokens.entries()) {
    const offset =
      spelling.added.has(token) && token !== spelling.unknown
        ? literal(text, token, position)
        : token === spelling.unknown
          ? unknownAt(reader, position, tokens[index + 1])
          : foundFrom(reader, position, surfaceOf(token, spelling));
    if (offset === undefined) return undefined;
    offsets.push(offset);
    position = offset[1];
  }
  return offsets;
}

type Reader = { text: string; spelling: Spelling };

/** The token without its marks; Metaspace writes spaces as low blocks. */
function surfaceOf(token: string, { prefix }: Spelling): string {
  const bare =
    prefix !== "" && token.length > prefix.length && token.startsWith(prefix) ? token.slice(prefix.length) : token;
  return bare.replaceAll(/[\s\u2581]/g, "");
}

function literal(text: string, token: string, from: number): Offset | undefined {
  const index = text.indexOf(token.trim(), from);
  return index === -1 || index - from > LOST ? undefined : [index, index + token.trim().length];
}

/** The next position at which a text spells a token. */
function foundFrom(reader: Reader, from: number, surface: string): Offset | undefined {
  if (surface === "") return [from, from];
  for (let index = from, steps = 0; index < reader.text.length && steps <= LOST; steps++) {
    const start = afterSilent(reader, index);
    const end = spelledEnd(reader, start, surface);
    if (end !== undefined) return [start, end];
    index = start + sizeAt(reader.text, start);
  }
  return undefined;
}

/** End of a stretch that spells a token, from a position on. */
function spelledEnd({ text, spelling }: Reader, start: number, surface: string): number | undefined {
  let [index, read] = [start, 0];
  while (read < surface.length) {
    if (index >= text.length) return undefined;
    const size = sizeAt(text, index);
    const form = formOf(text.slice(index, index + size), spelling);
    if (!surface.startsWith(form, read)) return undefined;
    read += form.length;
    index += size;
  }
  return index;
}

/** First position at which a text is visible to the tokenizer. */
function afterSilent({ text, spelling }: Reader, from: number): number {
  let index = from;
  while (index < text.length) {
    const size = sizeAt(text, index);
    if (formOf(text.slice(index, index + size), spelling) !== "") break;
    index += size;
  }
  return index;
}

function unknownAt(reader: Reader, from: number, next: string | undefined): Offset | undefined {
  const { text, spelling } = reader;
  const start = afterSilent(reader, from);
  if (start >= text.length) return undefined;
  let end = start + sizeAt(text, start);
  if (spelling.isWholeWord) {
    if (!isCut(text.slice(start, end), spelling)) {
      while (end < text.length && !isCut(text.slice(end, end + sizeAt(text, end)), spelling)) end += sizeAt(text, end);
    }
    return [start, end];
  }
  if (next === undefined) return [start, text.length];
  const surface = surfaceOf(next, spelling);
  while (end < text.length && spelledEnd(reader, afterSilent(reader, end), surface) === undefined)
    end += sizeAt(text, end);
  return [start, end];
}

/** True for a space, a punctuation mark and a character that the normaliser splits off: words end there. */
function isCut(character: string, { normalised }: Spelling): boolean {
  if (/^[\s\p{P}]$|^[!-/:-@[-`{-~]$/u.test(character)) return true;
  const form = normalised(character);
  return form !== form.trim() || (form.trim() === "" && /\s/u.test(character));
}

const forms = new WeakMap<Spelling, Map<string, string>>();

/** A character as the tokenizer reads it, without spaces. */
function formOf(character: string, spelling: Spelling): string {
  let known = forms.get(spelling);
  if (known === undefined) forms.set(spelling, (known = new Map()));
  let form = known.get(character);
  if (form === undefined) {
    form = spelling.normalised(character).replaceAll(/[\s\u2581]/g, "");
    known.set(character, form);
  }
  return form;
}

function sizeAt(text: string, position: number): number {
  return (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
}

/**
 * Bytes by the characters that represent them: printable ones represent themselves, the others start at U+0100. @source
 * GPT-2, encoder.py, bytes_to_unicode
 */
function byteCharacters(): ReadonlyMap<string, number> {
  const isPlain = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let moved = 256;
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(isPlain(byte) ? byte : moved++), byte] as const),
  );
}

let bytesOf: ReadonlyMap<string, number> | undefined;

function byteOffsets(text: string, tokens: readonly string[]): Offset[] | undefined {
  bytesOf ??= byteCharacters();
  const bytes = Buffer.from(text, "utf8");
  const units: number[] = []; // UTF-16 unit of each byte's character
  for (let index = 0; index < text.length; index += sizeAt(text, index)) {
    const size = Buffer.byteLength(text.slice(index, index + sizeAt(text, index)));
    for (let byte = 0; byte < size; byte++) units.push(index);
  }
  const unitAfter = (byte: number): number => {
    let next = byte + 1;
    while (next < units.length && units[next] === units[byte]) next += 1;
    return units[next] ?? text.length;
  };
  const offsets: Offset[] = [];
  let position = 0;
  for (const token of tokens) {
    let start = position;
    for (const [index, character] of Array.from(token).entries()) {
      const byte = bytesOf.get(character);
      if (byte === SPACE && index === 0 && position === 0 && bytes[0] !== SPACE) continue; // a space put before the text
      if (byte === undefined || bytes[position] !== byte) return undefined;
      position += 1;
    }
    while (start < position && bytes[start] === SPACE) start += 1;
    offsets.push(
      start === position
        ? [units[position] ?? text.length, units[position] ?? text.length]
        : [units[start]!, unitAfter(position - 1)],
    );
  }
  return offsets;
}

const SPACE = 32;
