import type { RowFields } from "../../domain/dataset-profile.ts";
import {
  hashTokens,
  mixed,
  NEEDS_WHOLE,
  NOT_JSON,
  type TextBytes,
  type TokenHashes,
  tokenHashes,
} from "../kernels/token-hashes.ts";
import { writtenHash } from "../kernels/written-hash.ts";
import { rowText } from "../rows/row-text.ts";

const encoder = new TextEncoder();

/** Hashes the tokens of a text into a reused buffer. */
export type TextTokens = {
  /** @returns undefined if the bytes are not the content of a JSON string */
  ofBytes: (text: TextBytes) => TokenHashes | undefined;
  ofText: (text: string) => TokenHashes;
  /** The tokens; none for a text without a word. */
  ofWords: (text: string) => TokenHashes;
};

/** White space and invisible characters. */
const UNSEEN = /[\s\p{Cc}\p{Cf}]+/gu;

/**
 * A tokeniser: see `hashTokens`. A text without a word, such as an emoji, is one token made of all its visible
 * characters. Texts that must be composed or lower-cased as a whole are converted to strings first.
 */
export function textTokens(): TextTokens {
  const out = tokenHashes();
  let plain = new Uint8Array(4096);
  const hashed = (text: string, isWhole: boolean): number => {
    if (plain.length < 3 * text.length) plain = new Uint8Array(6 * text.length);
    const { written } = encoder.encodeInto(text, plain);
    return hashTokens({ bytes: plain, start: 0, end: written, isJson: false, isWhole }, out);
  };
  const ofWords = (text: string): TokenHashes => {
    if (hashed(text, false) !== NEEDS_WHOLE) return out;
    const composed = text.normalize("NFC"); // keeps its capitals, which tell code apart
    if (hashed(composed, false) === NEEDS_WHOLE) hashed(composed.toLowerCase().normalize("NFC"), true);
    return out;
  };
  const ofText = (text: string): TokenHashes => {
    if (plain.length < 3 * text.length) plain = new Uint8Array(6 * text.length);
    const { written: end } = encoder.encodeInto(text, plain);
    out.written = writtenHash({ bytes: plain, start: 0, end, isJson: false });
    if (ofWords(text).count > 0) return out;
    const { written } = encoder.encodeInto(text.normalize("NFC").replaceAll(UNSEEN, ""), plain);
    return written === 0 ? out : onlyToken(plain.subarray(0, written), out);
  };
  return {
    ofBytes: (text) => {
      const count = hashTokens(text, out);
      if (count > 0) {
        out.written = writtenHash(text);
        return out;
      }
      return count === NOT_JSON ? undefined : unescaped(text, ofText);
    },
    ofText,
    ofWords,
  };
}

/** Makes all bytes of a text one token. */
function onlyToken(bytes: Uint8Array, out: TokenHashes): TokenHashes {
  let [low, high] = [bytes.length, ~bytes.length];
  for (const byte of bytes) [low, high] = [mixed(low ^ byte), mixed(high + byte)];
  out.low[0] = low;
  out.high[0] = high;
  out.count = 1;
  return out;
}

function unescaped({ bytes, start, end }: TextBytes, ofText: TextTokens["ofText"]): TokenHashes | undefined {
  const inside = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
  let text: string;
  try {
    text = JSON.parse(`"${inside}"`) as string;
  } catch {
    return undefined;
  }
  return ofText(text);
}

/**
 * The compared text of a row: a named field that holds a string, otherwise the texts that a model is trained on, one
 * piece per line. Undefined if the row has none.
 */
export function comparedText(fields: Readonly<Record<string, unknown>>, named?: RowFields): string | undefined {
  const own = named?.text === undefined ? undefined : fields[named.text];
  if (typeof own === "string") return own;
  const text = rowText(fields, named);
  return text.problem === undefined ? text.pieces.join("\n") : undefined;
}
