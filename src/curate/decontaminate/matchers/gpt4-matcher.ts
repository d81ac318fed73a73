import { sha256 } from "../../../base/hash.ts";
import { seededRandom } from "../../../base/random.ts";
import type { Benchmark, ItemRef } from "../benchmark.ts";
import { bestByItem, type Match, type Matcher } from "../match.ts";

/** Characters of a substring, and how many of them are drawn of an item. */
const [CHARACTERS, DRAWN] = [50, 3];

/** Factor of the rolling hash. */
const BASE = 0x01000193;

/** 1 for each UTF-16 unit that is a letter or a digit. */
const KEPT = Uint8Array.from({ length: 65_536 }, (_, unit) => Number(/[\p{L}\p{N}]/u.test(String.fromCharCode(unit))));

/** Substrings of one length by their hash. */
type Wanted = ReadonlyMap<number, readonly { text: string; owner: ItemRef }[]>;

/**
 * Any of three substrings of 50 characters that are drawn of an item stands in the row, spaces and signs left out of both;
 * of a shorter item the whole. Capitals count. Items are whole: question, answer and passage one after the other. The draw
 * is made by the item's own text, so that it is the same in every run.
 *
 * A short item is found wherever its letters stand, as the rule has it: `Osteoclasts` in any text on them.
 *
 * @source OpenAI 2023, GPT-4 technical report, arXiv:2303.08774, appendix C
 */
export function gpt4Matcher(benchmarks: readonly Benchmark[]): Matcher {
  const byLength = new Map<number, Map<number, { text: string; owner: ItemRef }[]>>();
  for (const [benchmark, { items }] of benchmarks.entries()) {
    for (const [item, parts] of items.entries()) {
      for (const text of substringsOf(parts.map((part) => part.text).join("\n"))) {
        const wanted = byLength.get(text.length) ?? new Map<number, { text: string; owner: ItemRef }[]>();
        byLength.set(text.length, wanted);
        const hash = hashOf(text);
        wanted.set(hash, [...(wanted.get(hash) ?? []), { text, owner: { benchmark, item } }]);
      }
    }
  }
  return (row) => {
    const letters = lettersOf(row.text);
    const matches: Match[] = [];
    for (const [length, wanted] of byLength) {
      for (const { owner, at: index } of found(letters.text, { length, wanted })) {
        const place = { start: letters.places[index]!, end: letters.places[index + length - 1]! + 1 };
        matches.push({ ...owner, part: "item", method: "gpt4", score: 1, ...place });
      }
    }
    return bestByItem(matches);
  };
}

/** The substrings that are looked for of an item: three at random, or the whole of a short one. */
export function substringsOf(item: string): string[] {
  const { text } = lettersOf(item);
  if (text.length <= CHARACTERS) return text === "" ? [] : [text];
  const random = seededRandom(Number.parseInt(sha256(text).slice(0, 8), 16));
  return Array.from({ length: DRAWN }, () => {
    const start = Math.floor(random() * (text.length - CHARACTERS + 1));
    return text.slice(start, start + CHARACTERS);
  });
}

/** The letters and digits of a text, and where each stands in it. */
function lettersOf(text: string): { text: string; places: Int32Array } {
  const places = new Int32Array(text.length);
  const words: string[] = [];
  let [count, start] = [0, -1];
  for (let index = 0; index <= text.length; index++) {
    const isKept = index < text.length && KEPT[text.charCodeAt(index)] === 1;
    if (isKept) places[count++] = index;
    if (isKept === start >= 0) continue;
    if (!isKept) words.push(text.slice(start, index));
    start = isKept ? index : -1;
  }
  return { text: words.join(""), places };
}

/** Where substrings of one length stand in some letters, the first place of each. One pass. */
function* found(
  letters: string,
  { length, wanted }: { length: number; wanted: Wanted },
): Generator<{ owner: ItemRef; at: number }> {
  let leaving = 1;
  for (let factor = 0; factor < length; factor++) leaving = Math.imul(leaving, BASE);
  const seen = new Set<string>();
  let hash = 0;
  for (let index = 0; index < letters.length; index++) {
    hash = (Math.imul(hash, BASE) + letters.charCodeAt(index)) | 0;
    if (index >= length) hash = (hash - Math.imul(letters.charCodeAt(index - length), leaving)) | 0;
    const list = index >= length - 1 ? wanted.get(hash) : undefined;
    if (list === undefined) continue;
    const start = index - length + 1;
    for (const { text, owner } of list) {
      if (seen.has(text) || !letters.startsWith(text, start)) continue;
      yield { owner, at: start };
    }
    for (const { text } of list) if (letters.startsWith(text, start)) seen.add(text);
  }
}

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, BASE) + text.charCodeAt(index)) | 0;
  return hash;
}
