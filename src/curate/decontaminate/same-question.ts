import type { Run } from "./find-runs.ts";
import type { Tokens } from "./word-tokens.ts";

/**
 * A question of at most this many words is a different question if its numbers differ; a longer one is the same story
 * with other numbers.
 */
export const NUMBER_WORDS = 30;

/** A question of at most this many words is a different question if a content word differs. */
const CONTENT_WORDS = 20;

/** Maximum number of words between two runs that are compared; a longer gap is a different text. */
const MOST_BETWEEN = 8;

/** Function words: a question that lacks one of them is the same question. */
export const SMALL_WORDS: ReadonlySet<string> = new Set(
  (
    "a an the this that these those of to in on at by for from with into as and or is are was were be been being am do does did " +
    "has have had can could will would shall should may might must it its he they she his her their there here you your we our i me " +
    "my so then than if when where what whats which who how whose please given following write python function program code using use"
  ).split(" "),
);

/** Words that change a question if they are inserted. */
const NEGATIONS = /^(?:not?|non|never|without|except|least|isnt|arent|doesnt|cannot|cant)$/;

/** A text and its words. */
type Words = { text: string; tokens: Tokens };

/** Words of a question outside all runs, and the words of the row in the same position. */
type Gap = { missing: string[]; instead: string[] };

/**
 * True if the differences of a row do not change the question. In questions of up to 30 words, at most half of the
 * numbers may differ; in questions of up to 20 words, only function words may be missing, and no `not` may be inserted.
 * `Find the area of a square of side 5` does not match a row about side 9, nor does `the first even number` match one
 * about the first odd number.
 *
 * @param runs common runs of row and question
 */
export function isSameQuestion(row: Words, question: Words, runs: readonly Run[]): boolean {
  const { count } = question.tokens;
  if (count > NUMBER_WORDS) return true;
  const gaps = gapsOf(row, question, runs);
  const isNumber = (word: string): boolean => /\d/.test(word);
  const others = gaps
    .filter(({ instead }) => instead.some(isNumber))
    .flatMap(({ missing }) => missing.filter(isNumber));
  const numbers = wordsOf(question, 0, count).filter(isNumber).length;
  if (2 * others.length > numbers) return false;
  if (count > CONTENT_WORDS) return true;
  return gaps.every(
    ({ missing, instead }) =>
      missing.every((word) => SMALL_WORDS.has(word) || isNumber(word)) && !instead.some((word) => NEGATIONS.test(word)),
  );
}

/** The parts between runs, before the first and after the last, in the order of the question. */
function gapsOf(row: Words, question: Words, runs: readonly Run[]): Gap[] {
  const gaps: Gap[] = [];
  let [text, own] = [0, undefined as number | undefined];
  for (const run of [...runs].toSorted((a, b) => a.text - b.text || b.length - a.length)) {
    if (run.text + run.length <= text) continue;
    const missing = wordsOf(question, text, run.text);
    const from = own ?? run.row - missing.length;
    const between = run.row - from;
    gaps.push({ missing, instead: between >= 0 && between <= MOST_BETWEEN ? wordsOf(row, from, run.row) : [] });
    [text, own] = [run.text + run.length, run.row + run.length];
  }
  const missing = wordsOf(question, text, question.tokens.count);
  const end = own ?? 0;
  return [...gaps, { missing, instead: wordsOf(row, end, end + missing.length) }];
}

/** Words from one token to another, in lower case and without apostrophes. */
function wordsOf({ text, tokens }: Words, from: number, to: number): string[] {
  const words: string[] = [];
  for (let index = Math.max(0, from); index < Math.min(to, tokens.count); index++) {
    words.push(text.slice(tokens.starts[index], tokens.ends[index]).toLowerCase().replaceAll(/[’']/g, ""));
  }
  return words;
}
