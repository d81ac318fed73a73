import { hashPartShingles, hashShingles, OF_ANSWER, type ShingleHashes } from "../kernels/shingle-hashes.ts";
import { mixed, type TokenHashes } from "../kernels/token-hashes.ts";
import type { RowParts } from "./row-parts.ts";
import { textTokens } from "./text-tokens.ts";

/** Tokens of a row. In a row with prompt and answer, the tokens of the prompt come first. */
export type RowTokens = TokenHashes & {
  parts?: TokenParts | undefined;
  /** Hash of the marks of a row: see `RowParts`. 0 or absent if it has none. */
  marks?: number | undefined;
};

/** Data of prompt and answer. */
export type TokenParts = {
  /** Number of tokens of the prompt. */
  split: number;
  /** First token of the rejected answer of a preference pair. */
  rejected: number | undefined;
  /**
   * Hash of the question that has one right answer, as two halves; both 0 if there is none. It is the hash of the
   * prompt. If a prompt can have several answers, it is the hash of the prompt with its answer, or with its two answers
   * in any order, and the last bit is then 1.
   */
  prompt: readonly [high: number, low: number];
  /** Hash of the numbers in the answer, in order, of a label, and of a short answer as written; 0 if there are none. */
  facts: number;
  /** Hash of an answer of fewer than `SHORT_ANSWER` tokens; otherwise 0. */
  shortAnswer: number;
};

/** Tokens of a shingle. */
export const SHINGLE_TOKENS = 5;

/**
 * In answers of fewer tokens, any change lowers the similarity below .8: one more word at the end leaves 3 of 4
 * shingles in common.
 */
const SHORT_ANSWER = 8;

const NUMBERS = /\d+(?:[.,:/-]\d+)*/g;

/** A tokeniser of rows. Its result is valid until the next call. */
export function rowTokens(): { of: (parts: RowParts) => RowTokens } {
  const tokens = textTokens();
  const joint: RowTokens = { low: new Uint32Array(1024), high: new Uint32Array(1024), count: 0, signs: 0, written: 0 };
  const append = (text: string): TokenHashes => {
    const part =
      text === ""
        ? { low: new Uint32Array(0), high: new Uint32Array(0), count: 0, signs: 0, written: 0 }
        : tokens.ofText(text);
    const end = joint.count + part.count;
    if (joint.low.length < end) [joint.low, joint.high] = [grown(joint.low, 2 * end), grown(joint.high, 2 * end)];
    joint.low.set(part.low.subarray(0, part.count), joint.count);
    joint.high.set(part.high.subarray(0, part.count), joint.count);
    joint.count = end;
    joint.written = mixed(Math.imul(joint.written, 0x85ebca6b) + part.written);
    joint.signs = part.signs === 0 ? joint.signs : mixed(Math.imul(joint.signs, 0x85ebca6b) ^ part.signs);
    return part;
  };
  return {
    of: (parts) => {
      const marks = factsHash(parts.marks === "" ? [] : [parts.marks]);
      if ("text" in parts) return { ...tokens.ofText(parts.text), marks };
      joint.marks = marks;
      [joint.count, joint.signs, joint.written] = [0, 0, 0];
      const { answer, label, hasOneAnswer, pair } = parts;
      const prompt = append(parts.prompt);
      const [split, promptHash] = [prompt.count, wholeText(prompt)];
      const texts = (pair ?? [answer]).map((text) => {
        const part = append(text);
        return { whole: wholeText(part), count: part.count };
      });
      const count = joint.count - split;
      const isShort = count > 0 && count < SHORT_ANSWER;
      joint.parts = {
        split,
        rejected: pair && split + texts[0]!.count,
        prompt:
          count === 0 ? [0, 0] : asked(promptHash, { split, hasOneAnswer, answers: texts.map(({ whole }) => whole) }),
        facts: factsHash([
          ...(answer.match(NUMBERS) ?? []),
          ...(label === "" ? [] : [label]),
          ...(pair ?? [answer])
            .map((text, index) => asWritten(text, texts[index]!.count))
            .filter((text) => text !== ""),
        ]),
        shortAnswer: isShort ? texts.reduce((hash, { whole }) => mixed(Math.imul(hash, 31) + whole[0]), 0) || 1 : 0,
      };
      return joint;
    },
  };
}

type Halves = readonly [high: number, low: number];

/**
 * Hash of the question that has one right answer: see `TokenParts`. Two answers count in any order, so that a pair and
 * its reverse have the same hash.
 */
function asked(
  prompt: Halves,
  { split, hasOneAnswer, answers }: { split: number; hasOneAnswer: boolean; answers: readonly Halves[] },
): Halves {
  if (hasOneAnswer) return split === 0 ? [0, 0] : [prompt[0], (prompt[1] & ~1) >>> 0];
  const half = (index: 0 | 1): number =>
    answers.reduce((sum, answer) => (sum + mixed(answer[index] ^ 0x9e3779b9)) >>> 0, mixed(prompt[index] + split));
  return [half(0), (half(1) | 1) >>> 0];
}

/** Answers of fewer tokens are compared as written: "true" and "True" differ. */
const WRITTEN_ANSWER = 3;

/**
 * Answers of fewer tokens are compared by their capitals, except the first letter, which may begin a sentence: "NEW
 * YORK" and "New York" differ.
 */
const CASED_ANSWER = 6;

/**
 * Parts of a short answer's spelling that may matter: everything but white space, curly quotes, a full stop at the end
 * and Markdown marks. In a longer answer only its capitals; in an even longer one, nothing.
 */
function asWritten(answer: string, tokens: number): string {
  if (tokens === 0 || tokens >= CASED_ANSWER) return "";
  const text = answer
    .normalize("NFC")
    .replaceAll(/^\s*(?:[-•>]|#{1,6})\s+/gm, "")
    .replaceAll(/\\(?=[*`])|[*`\s\p{Cf}]+/gu, "");
  if (tokens >= WRITTEN_ANSWER) return text.replaceAll(/[^\p{L}]+/gu, "").slice(1);
  return text
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[“”]/g, '"')
    .replace(/[.。]$/, "");
}

/**
 * Hash of all tokens and punctuation of a text in order, as two halves. For a row, it includes the start of its answer
 * and the numbers in it, and its marks.
 */
export function wholeText({ low, high, count, signs, parts, marks = 0 }: RowTokens): [low: number, high: number] {
  const own = parts === undefined ? signs : mixed(signs ^ mixed(parts.facts ^ (parts.split + 1)));
  return withMarks([wholeHash(low, count, "low") ^ own, wholeHash(high, count, "high") ^ mixed(own)], marks);
}

/** A hash of a row with its marks; applied twice, without them. */
export function withMarks(
  [low, high]: readonly [low: number, high: number],
  marks: number,
): [low: number, high: number] {
  return marks === 0 ? [low >>> 0, high >>> 0] : [(low ^ mixed(marks)) >>> 0, (high ^ mixed(~marks)) >>> 0];
}

/** One half of the hash of all tokens of a text in order. */
export function wholeHash(hashes: Uint32Array, count: number, half: "low" | "high"): number {
  const factor = half === "low" ? 0x01000193 : 0xcc9e2d51;
  let sum = count;
  for (let index = 0; index < count; index++) sum = (Math.imul(sum, factor) + hashes[index]!) | 0;
  return mixed(sum);
}

/** Hashes the shingles of a row: see `hashShingles`. Only the shingles of an answer are marked. */
export function rowShingles(tokens: RowTokens, out: ShingleHashes): void {
  const { parts } = tokens;
  if (parts !== undefined) {
    hashPartShingles({ ...tokens, split: parts.split, rejected: parts.rejected }, SHINGLE_TOKENS, out);
    return;
  }
  hashShingles(tokens, SHINGLE_TOKENS, out);
  const { high, count } = out;
  for (let index = 0; index < count; index++) high[index]! &= ~OF_ANSWER;
}

function factsHash(facts: readonly string[]): number {
  let hash = 0;
  for (const fact of facts) {
    for (let index = 0; index < fact.length; index++) hash = mixed(Math.imul(hash, 31) + fact.charCodeAt(index));
    hash = mixed(hash + 1);
  }
  return hash;
}

function grown(array: Uint32Array, length: number): Uint32Array {
  const wider = new Uint32Array(length);
  wider.set(array);
  return wider;
}
