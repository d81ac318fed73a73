import { hashPartShingles, hashShingles, OF_ANSWER, type ShingleHashes } from "../kernels/shingle-hashes.ts";
import { mixed, type TokenHashes } from "../kernels/token-hashes.ts";
import type { RowParts } from "./row-parts.ts";
import { textTokens } from "./text-tokens.ts";

/** Tokens of a row. In a row with prompt and answer, those of the prompt come first. */
export type RowTokens = TokenHashes & { parts?: TokenParts | undefined };

/** Data of prompt and answer. */
export type TokenParts = {
  /** Tokens of the prompt. */
  split: number;
  /** Hash of the prompt as two halves; both 0 if a prompt may have several answers. */
  prompt: readonly [high: number, low: number];
  /** Hash of the numbers of the answer, in order, and of a label; 0 for none. */
  facts: number;
  /** Hash of an answer of fewer than `SHORT_ANSWER` tokens; else 0. */
  shortAnswer: number;
};

/** Tokens of a shingle. */
export const SHINGLE_TOKENS = 5;

/**
 * With fewer tokens, any change lowers the similarity below .8: with one more word at the end, 3 of 4 shingles are
 * common.
 */
const SHORT_ANSWER = 8;

const NUMBERS = /\d+(?:[.,:/-]\d+)*/g;

/** A tokeniser of rows. Its result is valid until the next call. */
export function rowTokens(): { of: (parts: RowParts) => RowTokens } {
  const tokens = textTokens();
  const joint: RowTokens = { low: new Uint32Array(1024), high: new Uint32Array(1024), count: 0, signs: 0 };
  const append = (text: string): TokenHashes => {
    const part =
      text === "" ? { low: new Uint32Array(0), high: new Uint32Array(0), count: 0, signs: 0 } : tokens.ofText(text);
    const end = joint.count + part.count;
    if (joint.low.length < end) [joint.low, joint.high] = [grown(joint.low, 2 * end), grown(joint.high, 2 * end)];
    joint.low.set(part.low.subarray(0, part.count), joint.count);
    joint.high.set(part.high.subarray(0, part.count), joint.count);
    joint.count = end;
    joint.signs = part.signs === 0 ? joint.signs : mixed(Math.imul(joint.signs, 0x85ebca6b) ^ part.signs);
    return part;
  };
  return {
    of: (parts) => {
      if ("text" in parts) return tokens.ofText(parts.text);
      [joint.count, joint.signs] = [0, 0];
      const { answer, label, hasOneAnswer } = parts;
      const prompt = append(parts.prompt);
      const [split, promptHash] = [prompt.count, wholeText(prompt)];
      const { count, ...own } = append(answer);
      joint.parts = {
        split,
        prompt: hasOneAnswer && split > 0 && count > 0 ? promptHash : [0, 0],
        facts: factsHash([...(answer.match(NUMBERS) ?? []), ...(label === "" ? [] : [label])]),
        shortAnswer: count === 0 || count >= SHORT_ANSWER ? 0 : wholeText({ count, ...own })[0] || 1,
      };
      return joint;
    },
  };
}

/**
 * Hash of all tokens and punctuation of a text in order, as two halves; for a row, including the start of its answer
 * and the numbers in it.
 */
export function wholeText({ low, high, count, signs, parts }: RowTokens): [low: number, high: number] {
  const own = parts === undefined ? signs : mixed(signs ^ mixed(parts.facts ^ (parts.split + 1)));
  return [(wholeHash(low, count, "low") ^ own) >>> 0, (wholeHash(high, count, "high") ^ mixed(own)) >>> 0];
}

/** One half of the hash of all tokens of a text in order. */
export function wholeHash(hashes: Uint32Array, count: number, half: "low" | "high"): number {
  const factor = half === "low" ? 0x01000193 : 0xcc9e2d51;
  let sum = count;
  for (let index = 0; index < count; index++) sum = (Math.imul(sum, factor) + hashes[index]!) | 0;
  return mixed(sum);
}

/** Hashes the shingles of a row: see `hashShingles`. Only those of an answer are marked. */
export function rowShingles(tokens: RowTokens, out: ShingleHashes): void {
  const { parts } = tokens;
  if (parts !== undefined) {
    hashPartShingles({ ...tokens, split: parts.split }, SHINGLE_TOKENS, out);
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
