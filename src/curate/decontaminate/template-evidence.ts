import { isAnswerRole } from "../rows/messages.ts";
import { rowText } from "../rows/row-text.ts";
import { plainText } from "./plain-text.ts";
import { rowTexts } from "./row-texts.ts";
import { SMALL_WORDS } from "./same-question.ts";
import { wordTokenizer } from "./word-tokens.ts";

/** Words of the shortest run that a row and an item have in common. */
export const RUN_WORDS = 5;

/** Words of its own that the prompt of a row must have next to a template. */
const OWN_WORDS = 3;

/** The words of an item in order: their hashes, their places, and whether they say what the item is about. */
export type ItemWords = {
  text: string;
  hashes: Uint32Array;
  starts: Int32Array;
  ends: Int32Array;
  isContent: Uint8Array;
};

/** The words of a row, as `wordsFound` compares them. */
export type RowWords = { words: ReadonlySet<number>; grams: ReadonlySet<number>; prompt: Uint32Array };

/**
 * Words of an item that a row has. `runs` marks the words of the item in runs of five that are in the row, `words` those that
 * are anywhere in it. `own` is a hash of the words that only the prompt of the row has; 0 if there are fewer than three.
 */
export type FoundWords = { runs: Uint8Array; words: Uint8Array; own: number };

const tokenize = wordTokenizer("split");

/** The words of an item's text. */
export function itemWords(source: string): ItemWords {
  const { text } = plainText(source);
  const { count, ...tokens } = tokenize(text);
  const [hashes, starts, ends] = [
    tokens.hashes.slice(0, count),
    tokens.starts.slice(0, count),
    tokens.ends.slice(0, count),
  ];
  const isContent = Uint8Array.from(hashes, (_hash, index) => {
    const word = text.slice(starts[index], ends[index]).toLowerCase().replaceAll(/[’']/g, "");
    return Number(!SMALL_WORDS.has(word) && !/\d/.test(word));
  });
  return { text, hashes, starts, ends, isContent };
}

/** The words of a row in all its searched texts, and those of its prompt. */
export function rowWords(fields: Readonly<Record<string, unknown>>, textFields?: readonly string[]): RowWords {
  const all = hashesOf(rowTexts(fields, textFields).text);
  const prompt = promptOf(fields);
  return {
    words: new Set(all),
    grams: new Set(gramsOf(all)),
    prompt: prompt === undefined ? all : hashesOf(prompt),
  };
}

/** Finds the words of an item in a row. */
export function wordsFound({ hashes }: ItemWords, row: RowWords): FoundWords {
  const runs = new Uint8Array(hashes.length);
  const shared = new Set<number>();
  for (const [index, gram] of gramsOf(hashes).entries()) {
    if (!row.grams.has(gram)) continue;
    shared.add(gram);
    runs.fill(1, index, index + RUN_WORDS);
  }
  const words = Uint8Array.from(hashes, (hash) => Number(row.words.has(hash)));
  const covered = new Uint8Array(row.prompt.length);
  for (const [index, gram] of gramsOf(row.prompt).entries()) {
    if (shared.has(gram)) covered.fill(1, index, index + RUN_WORDS);
  }
  let [own, count] = [0, 0];
  for (const [index, hash] of row.prompt.entries()) {
    if (covered[index] === 1) continue;
    own = mixed(own, hash);
    count += 1;
  }
  return { runs, words, own: count < OWN_WORDS ? 0 : own >>> 0 || 1 };
}

/** Text of a row without answers and without the instructions of the system; undefined if its format is unknown. */
function promptOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  const read = rowText(fields);
  if (read.problem !== undefined) return undefined;
  const roles = read.roles === "" ? [] : read.roles.split(",");
  if (roles.length === read.pieces.length)
    return read.pieces.filter((_piece, index) => isAsked(roles[index]!)).join("\n");
  const asked = read.answer === undefined ? read.pieces : read.pieces.slice(0, -1);
  return asked.join("\n");
}

function isAsked(role: string): boolean {
  return role !== "system" && !isAnswerRole(role);
}

function hashesOf(source: string): Uint32Array {
  const { hashes, count } = tokenize(plainText(source).text);
  return hashes.slice(0, count);
}

function gramsOf(hashes: Uint32Array): Uint32Array {
  const grams = new Uint32Array(Math.max(0, hashes.length - RUN_WORDS + 1));
  for (let start = 0; start < grams.length; start++) {
    let gram = 0;
    for (let index = start; index < start + RUN_WORDS; index++) gram = mixed(gram, hashes[index]!);
    grams[start] = gram;
  }
  return grams;
}

/** Adds a hash to the hash of those before it. */
function mixed(sum: number, hash: number): number {
  return Math.imul(sum ^ hash, 0x01000193) + 0x9e3779b1;
}
