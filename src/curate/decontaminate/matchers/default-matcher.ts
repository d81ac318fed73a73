import type { Benchmark, ItemRef } from "../benchmark.ts";
import { isFormula, standsAlone } from "../boundaries.ts";
import { findRuns, type Run } from "../find-runs.ts";
import { type GramIndex, gramIndex, type PackedTexts, packTexts } from "../gram-index.ts";
import { bestByItem, type Match, type Matcher } from "../match.ts";
import { type PlainText, plainText } from "../plain-text.ts";
import { tokenWeights, bestWindow, type Window } from "../run-score.ts";
import { isSameQuestion, NUMBER_WORDS } from "../same-question.ts";
import { searchedTexts } from "../searched-texts.ts";
import {
  answersOf,
  type Answers,
  type Common,
  type IndexedText,
  misspelt,
  repeatedAnswersOf,
  SENTENCE_WORDS,
  speller,
  wholeOwners,
} from "../whole-text.ts";
import { type Tokens, wordTokenizer } from "../word-tokens.ts";

/** Words of the n-grams that are looked up. */
const N = 5;

/**
 * A text is not specific if each of its n-grams occurs in more texts than this: "Which of these statements is true?"
 */
const GENERIC_TEXTS = 5;

/** A short question without a word of this length is not specific: "Who are you?" */
const LONG_WORD = /[\p{L}\p{N}]{5}|[^\p{ASCII}\p{P}\s]/u;

/** An n-gram that occurs in at most this many texts is distinctive: benchmarks contain some items twice. */
const RARE_TEXTS = 2;

/** N-grams that occur in more texts than this are not looked up, except the rarest one of each text. */
const MOST_TEXTS = 64;

/**
 * A question of at most this many words is a different question if its end differs: "Which of these is a correct
 * statement about …"
 */
const SHORT_WORDS = 20;

/** Number of consecutive words that GPT-3 counted as contamination (Brown et al. 2020, appendix C). */
const LONG_RUN_WORDS = 13;

/** Tolerance in the weight of a text's words: words that all items contain may be missing. */
const WORDS_SLACK = 0.05;

/**
 * Share of the weight that a row must contain in addition to a long run of rare words, because short programs often
 * resemble each other.
 */
const LONG_RUN_SHARE = { question: 0.3, passage: 0.3, answer: 0.5 };

/**
 * Distinct words that a long run in an answer must have: swapping two elements takes 13 words, but only six distinct
 * ones.
 */
const LONG_RUN_DIFFERENT = 10;

/**
 * Finds items by their distinctive words, after removing markup and escapes from items and rows. A row contains an item
 * if
 * - a complete question or passage occurs in it, with at most one misspelt word in eight. A text of fewer than 8 words
 *   must be a separate sentence, or have at least 5 words and a question mark; a text of fewer than 3 words, or of
 *   common words only (`Which of these is true?`), must have its own line or be followed by its answer;
 * - most of a question or passage occurs in it: runs of 5 words or more, near each other, that cover a share of the
 *   item's weight, from 60 % (passages, and questions of 50 words or more) to 80 % (questions of up to 20 words,
 *   including the last word). Words are weighted by how few texts share their 5-grams;
 * - 13 consecutive rare words occur in it, with 30 % of the weight (in an answer: half of the weight, and ten distinct
 *   words).
 * A word that is missing from a short question must not change the question: see `isSameQuestion`.
 */
export function defaultMatcher(
  benchmarks: readonly Benchmark[],
  { findsParts = false }: { findsParts?: boolean } = {},
): Matcher {
  const texts = searchedTexts(benchmarks);
  const tokenize = wordTokenizer("split");
  const packed = packTexts(texts.length, (text) => tokenize(texts[text]!.text));
  const wordsOf = (text: number): number => packed.starts[text + 1]! - packed.starts[text]!;
  const long = gramIndex(packed, { n: N, maxTexts: MOST_TEXTS });
  const short = gramIndex(packed, {
    n: 2,
    isIndexed: (text) => wordsOf(text) < N && texts[text]!.kind === "question",
    maxTexts: MOST_TEXTS,
  });
  const answers = answersOf(benchmarks);
  const parts = texts.map((text, index): IndexedText => {
    const isShort = wordsOf(index) < N;
    const rarest = rarestGram(isShort ? short : long, index);
    const isGeneric = rarest > GENERIC_TEXTS || (isShort && !LONG_WORD.test(text.text) && !isFormula(text.text));
    const repeatedAnswers = repeatedAnswersOf(text, { benchmarks, answers });
    return { ...text, words: wordsOf(index), isGeneric, repeatedAnswers };
  });
  const weights = tokenWeights(long);
  const single = singleWords(parts, packed);
  return ({ text }) => {
    const row = plainText(text);
    const tokens = tokenize(row.text);
    const matches: Match[] = [];
    const judge = (index: number, runs: readonly Run[]): void => {
      const part = parts[index]!;
      const whole = judgeText({ part, runs, tokens, row }, { long, text: index, weights, answers });
      const found =
        whole.length > 0 || !findsParts ? whole : partOf({ part, runs, tokens, row }, { long, text: index });
      for (const match of found) matches.push(match);
    };
    for (const [index, runs] of findRuns(long, tokens)) judge(index, runs);
    if (short.positions.length > 0) for (const [index, runs] of findRuns(short, tokens)) judge(index, runs);
    if (single.texts.size > 0) for (const match of singleMatches(single, { row, tokens, parts })) matches.push(match);
    return bestByItem(matches).map((match) => ({ ...match, ...row.placeIn(match) }));
  };
}

type Known = {
  long: GramIndex;
  text: number;
  weights: Float32Array;
  answers: Answers;
};

function judgeText({ part, runs, tokens, row }: Common, { long, text, weights, answers }: Known): Match[] {
  const spanOf = (run: { row: number; length: number }): { start: number; end: number } => ({
    start: tokens.starts[run.row]!,
    end: tokens.ends[run.row + run.length - 1]!,
  });
  const by = (
    { method, score }: { method: string; score: number },
    place: { start: number; end: number },
    owners: readonly ItemRef[] = part.owners,
  ): Match[] => owners.map((owner) => ({ ...owner, part: part.kind, method, score: rounded(score), ...place }));
  if (part.kind !== "answer") {
    for (const run of runs) {
      if (run.length < part.words) continue;
      const owners = wholeOwners({ part, place: spanOf(run), row }, answers);
      if (owners.length > 0) return by({ method: "whole", score: 1 }, spanOf(run), owners);
    }
  }
  if (part.repeatedAnswers !== undefined || part.isGeneric || part.words < SENTENCE_WORDS) return [];
  const spelt = part.kind === "answer" ? undefined : misspelt({ part, runs, tokens, row });
  if (spelt !== undefined) return by({ method: "whole", score: spelt.exact / part.words }, spanOf(spelt));
  const starts = { weights: weights.subarray(long.texts.starts[text], long.texts.starts[text + 1]), runs };
  const window = bestWindow(starts, { words: 2 * part.words + 32 });
  const rare = longestRare(long, text, runs);
  const isMost =
    window.score >= leastScore(part) &&
    window.words / part.words >= leastScore(part) - WORDS_SLACK &&
    longest(runs) >= SENTENCE_WORDS &&
    (part.kind !== "question" || part.words > SHORT_WORDS || window.lastText === part.words - 1);
  const isAnswer = part.kind === "answer";
  const isShort = part.kind === "question" && part.words <= SHORT_WORDS;
  const isTelling = rare.length >= LONG_RUN_WORDS && (!isAnswer || differentWords(tokens, rare) >= LONG_RUN_DIFFERENT);
  const isLong = !isShort && isTelling && window.score >= LONG_RUN_SHARE[part.kind];
  if (!isLong && (!isMost || (isAnswer && rare.length < LONG_RUN_WORDS))) return [];
  if (part.kind === "question" && part.words <= NUMBER_WORDS) {
    const question = { text: part.text, tokens: speller(part.text) };
    if (!isSameQuestion({ text: row.text, tokens }, question, inWindow(runs, window))) return [];
  }
  return isMost && (!isAnswer || rare.length >= LONG_RUN_WORDS)
    ? by({ method: "weighted", score: window.score }, placeOfWindow(window, tokens))
    : by({ method: "ngram-13", score: window.score }, spanOf(rare));
}

/**
 * Minimum share of a question's words that a row must contain, in one run of rare words, for a part of the question to
 * be found.
 */
const PART_SHARE = 0.5;

/**
 * Words of the shortest run. Five would be too few: "what is the difference between" occurs in benchmarks and
 * everywhere else.
 */
const PART_RUN = 7;

/** Longest question, in words, that is searched for in part; the rules above find most of the longer ones. */
const PART_WORDS = 50;

/**
 * A part of a short question, as in a truncated row: half of its words, at least seven, in a run in which each 5-gram
 * occurs in at most two texts. A question of fewer than 8 words has no part that is specific enough.
 */
function partOf({ part, runs, tokens }: Common, { long, text }: Pick<Known, "long" | "text">): Match[] {
  const isLookedFor =
    part.repeatedAnswers === undefined &&
    part.kind === "question" &&
    part.words >= SENTENCE_WORDS &&
    part.words <= PART_WORDS;
  if (!isLookedFor || part.isGeneric) return [];
  const { row, length } = longestRare(long, text, runs);
  if (length < Math.max(PART_RUN, PART_SHARE * part.words)) return [];
  const place = { start: tokens.starts[row]!, end: tokens.ends[row + length - 1]! };
  const score = rounded(length / part.words);
  return part.owners.map((owner) => ({ ...owner, part: part.kind, method: "part", score, ...place }));
}

/** Minimum share of a text's weight; short texts need more. */
function leastScore({ kind, words }: IndexedText): number {
  if (kind === "answer") return 0.8;
  if (kind === "passage") return 0.6;
  return 0.8 - 0.2 * Math.min(1, Math.max(0, (words - SHORT_WORDS) / 30));
}

/**
 * For each text, the number of texts that contain its rarest n-gram. A text without n-grams counts as maximally common.
 */
function rarestGram({ texts: { starts }, frequencies }: GramIndex, text: number): number {
  let rarest = Infinity;
  for (let index = starts[text]!; index < starts[text + 1]!; index++) {
    if (frequencies[index]! > 0) rarest = Math.min(rarest, frequencies[index]!);
  }
  return rarest;
}

function longest(runs: readonly Run[]): number {
  return runs.reduce((most, { length }) => Math.max(most, length), 0);
}

function differentWords({ hashes }: Tokens, { row, length }: { row: number; length: number }): number {
  return new Set(hashes.subarray(row, row + length)).size;
}

/** The longest stretch of the runs in which every n-gram is rare. */
function longestRare(
  { texts: { starts }, frequencies }: GramIndex,
  text: number,
  runs: readonly Run[],
): { row: number; length: number } {
  let best = { row: 0, length: 0 };
  for (const run of runs) {
    let length = 0;
    for (let index = run.text; index + N <= run.text + run.length; index++) {
      length = frequencies[starts[text]! + index]! <= RARE_TEXTS ? Math.max(length + 1, N) : 0;
      if (length > best.length) best = { row: run.row + index - run.text + N - length, length };
    }
  }
  return best;
}

/** Runs within the given part of a row. */
function inWindow(runs: readonly Run[], { firstRow, lastRow }: Window): Run[] {
  return runs.filter(({ row, length }) => row >= firstRow && row + length - 1 <= lastRow);
}

function placeOfWindow({ firstRow, lastRow }: Window, { starts, ends }: Tokens): { start: number; end: number } {
  return { start: starts[firstRow]!, end: ends[lastRow]! };
}

function rounded(score: number): number {
  return Math.round(score * 1000) / 1000;
}

/** Questions of one word, by hash; `filter` rules out most words quickly. */
type SingleWords = { texts: ReadonlyMap<number, number>; filter: Uint8Array };

function singleWords(parts: readonly IndexedText[], { hashes, starts }: PackedTexts): SingleWords {
  const texts = new Map<number, number>();
  const filter = new Uint8Array(65_536);
  for (const [text, { kind, words }] of parts.entries()) {
    if (kind !== "question" || words !== 1) continue;
    texts.set(hashes[starts[text]!]!, text);
    filter[hashes[starts[text]!]! & 0xffff] = 1;
  }
  return { texts, filter };
}

/** Questions of one word that are alone on a line. */
function singleMatches(
  { texts, filter }: SingleWords,
  { row, tokens, parts }: { row: PlainText; tokens: Tokens; parts: readonly IndexedText[] },
): Match[] {
  const matches: Match[] = [];
  const seen = new Set<number>();
  for (let index = 0; index < tokens.count; index++) {
    if (filter[tokens.hashes[index]! & 0xffff] === 0) continue;
    const text = texts.get(tokens.hashes[index]!);
    if (text === undefined || seen.has(text)) continue;
    const [start, end] = [tokens.starts[index]!, tokens.ends[index]!];
    if (!standsAlone(row.text, { start, end, own: parts[text]!.text })) continue;
    seen.add(text);
    for (const owner of parts[text]!.owners) {
      matches.push({ ...owner, part: "question", method: "whole", score: 1, start, end });
    }
  }
  return matches;
}
