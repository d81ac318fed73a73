import type { Benchmark, ItemRef } from "./benchmark.ts";
import { answerFollows, hasSigns, isFormula, isSentenceEnd, isSentenceStart, standsAlone } from "./boundaries.ts";
import { findRuns, type Run } from "./find-runs.ts";
import { type GramIndex, gramIndex, type PackedTexts, packTexts } from "./gram-index.ts";
import { type ItemText, itemTexts } from "./item-texts.ts";
import { bestByItem, type Match, type Matcher } from "./match.ts";
import { tokenWeights, bestWindow, type Window } from "./run-score.ts";
import type { RowTexts } from "./row-texts.ts";
import { type Tokens, wordTokenizer } from "./word-tokens.ts";

/** Words of the n-grams that are looked up. */
const N = 5;

/** A text whose every n-gram is in more texts than this says nothing by itself: "Which of these statements is true?" */
const GENERIC_TEXTS = 5;

/** Short questions without such a word are said by anybody: "Who are you?" */
const LONG_WORD = /[\p{L}\p{N}]{5}|[^\p{ASCII}\p{P}\s]/u;

/** An n-gram in no more texts than this is distinctive: benchmarks hold some items twice. */
const RARE_TEXTS = 2;

/** N-grams in more texts than this are not looked up, except the rarest of a text. */
const MOST_TEXTS = 64;

/** A text of fewer words counts only where it stands as a sentence of its own. */
const SENTENCE_WORDS = 8;

/** A question of so many words or fewer is another one where its end differs: "Which of these is a correct statement about …" */
const SHORT_WORDS = 20;

/** Words in a row that GPT-3 took for contamination (Brown et al. 2020, appendix C). */
const LONG_RUN_WORDS = 13;

/** So much less than of its weight may be found of a text's words: what all items say may be missing. */
const WORDS_SLACK = 0.05;

/** Share of the weight that must stand in the row beside a long run of rare words: short programs are often alike. */
const LONG_RUN_SHARE = { question: 0.3, passage: 0.3, answer: 0.5 };

/**
 * Finds items by the words that only they have. A row holds an item where
 * - a question or a passage stands in it whole; one of fewer than 8 words as a sentence of its own, one of fewer than 3 or
 *   one of common words alone (`Which of these is true?`) with a line for itself or with its answer right behind it;
 * - or most of it does: runs of 5 words or more, near each other, that hold 60 % (passages, questions from 50 words) to
 *   80 % (questions up to 20, whose last word must be there) of the item's weight, each word weighted by how few texts share its 5-grams;
 * - or 13 rare words in a row do, with 30 % of the weight (half of it in an answer).
 */
export function defaultMatcher(benchmarks: readonly Benchmark[]): Matcher {
  const texts = itemTexts(benchmarks);
  const tokenize = wordTokenizer("split");
  const packed = packTexts(texts.length, (text) => tokenize(texts[text]!.text));
  const wordsOf = (text: number): number => packed.starts[text + 1]! - packed.starts[text]!;
  const long = gramIndex(packed, { n: N, maxTexts: MOST_TEXTS });
  const short = gramIndex(packed, {
    n: 2,
    isIndexed: (text) => wordsOf(text) < N && texts[text]!.kind === "question",
    maxTexts: MOST_TEXTS,
  });
  const parts = texts.map((text, index): IndexedText => {
    const isShort = wordsOf(index) < N;
    const rarest = rarestGram(isShort ? short : long, index);
    const isGeneric = rarest > GENERIC_TEXTS || (isShort && !LONG_WORD.test(text.text) && !isFormula(text.text));
    return { ...text, words: wordsOf(index), isGeneric };
  });
  const weights = tokenWeights(long);
  const answers = answersOf(benchmarks);
  const single = singleWords(parts, packed);
  return (row) => {
    const tokens = tokenize(row.text);
    const matches: Match[] = [];
    const judge = (text: number, runs: readonly Run[]): void => {
      const part = parts[text]!;
      const found = judgeText({ part, runs, tokens, row }, { long, text, weights, answers });
      for (const match of found) matches.push(match);
    };
    for (const [text, runs] of findRuns(long, tokens)) judge(text, runs);
    if (short.positions.length > 0) for (const [text, runs] of findRuns(short, tokens)) judge(text, runs);
    if (single.texts.size > 0) for (const match of singleMatches(single, { row, tokens, parts })) matches.push(match);
    return bestByItem(matches);
  };
}

type IndexedText = ItemText & { words: number; isGeneric: boolean };

/** What a text of an item and a row have in common. */
type Common = { part: IndexedText; runs: readonly Run[]; tokens: Tokens; row: RowTexts };

type Known = {
  long: GramIndex;
  text: number;
  weights: Float32Array;
  /** Answers of an item. */
  answers: (owner: ItemRef) => readonly string[];
};

function judgeText({ part, runs, tokens, row }: Common, { long, text, weights, answers }: Known): Match[] {
  const at = (run: { row: number; length: number }): { start: number; end: number } => ({
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
      const owners = wholeOwners({ part, place: at(run), row }, answers);
      if (owners.length > 0) return by({ method: "whole", score: 1 }, at(run), owners);
    }
  }
  if (part.isGeneric || part.words < SENTENCE_WORDS) return [];
  const starts = { weights: weights.subarray(long.texts.starts[text], long.texts.starts[text + 1]), runs };
  const window = bestWindow(starts, { words: 2 * part.words + 32 });
  const rare = longestRare(long, text, runs);
  const isMost =
    window.score >= leastScore(part) &&
    window.words / part.words >= leastScore(part) - WORDS_SLACK &&
    longest(runs) >= SENTENCE_WORDS &&
    (part.kind !== "question" || part.words > SHORT_WORDS || window.lastText === part.words - 1);
  const isAnswer = part.kind === "answer";
  if (isMost && (!isAnswer || rare.length >= LONG_RUN_WORDS)) {
    return by({ method: "weighted", score: window.score }, placeOfWindow(window, tokens));
  }
  if (rare.length >= LONG_RUN_WORDS && window.score >= LONG_RUN_SHARE[part.kind]) {
    return by({ method: "ngram-13", score: window.score }, at(rare));
  }
  return [];
}

/** Least share of a text's weight: short ones need more. */
function leastScore({ kind, words }: IndexedText): number {
  if (kind === "answer") return 0.8;
  if (kind === "passage") return 0.6;
  return 0.8 - 0.2 * Math.min(1, Math.max(0, (words - SHORT_WORDS) / 30));
}

/** The items of a text that stands whole in a row: all of them where that says something, else those whose answer follows. */
function wholeOwners(
  { part, place, row }: { part: IndexedText; place: { start: number; end: number }; row: RowTexts },
  answers: Known["answers"],
): readonly ItemRef[] {
  if (standsAlone(row.text, { ...place, own: part.text })) return part.owners;
  if (part.words < SENTENCE_WORDS && !hasSigns(row.text.slice(place.start, place.end), part.text)) return [];
  const isSentence = (): boolean => isSentenceStart(row.text, place.start) && isSentenceEnd(row.text, place.end);
  const isLong = part.words >= SENTENCE_WORDS;
  if (!part.isGeneric && (isLong || ((part.words >= 3 || isFormula(part.text)) && isSentence()))) return part.owners;
  if (!isSentenceStart(row.text, place.start)) return [];
  return part.owners.filter((owner) => answers(owner).some((answer) => answerFollows(row.text, place.end, answer)));
}

function answersOf(benchmarks: readonly Benchmark[]): Known["answers"] {
  return ({ benchmark, item }) =>
    benchmarks[benchmark]!.items[item]!.filter(({ kind }) => kind === "answer").map(({ text }) => text);
}

/** Texts that have the most common of a text's rarest n-gram; a text without one is as common as can be. */
function rarestGram({ texts: { starts }, frequencies }: GramIndex, text: number): number {
  let rarest = Infinity;
  for (let at = starts[text]!; at < starts[text + 1]!; at++) {
    if (frequencies[at]! > 0) rarest = Math.min(rarest, frequencies[at]!);
  }
  return rarest;
}

function longest(runs: readonly Run[]): number {
  return runs.reduce((most, { length }) => Math.max(most, length), 0);
}

/** The longest stretch of the runs in which each n-gram is rare. */
function longestRare(
  { texts: { starts }, frequencies }: GramIndex,
  text: number,
  runs: readonly Run[],
): { row: number; length: number } {
  let best = { row: 0, length: 0 };
  for (const run of runs) {
    let length = 0;
    for (let at = run.text; at + N <= run.text + run.length; at++) {
      length = frequencies[starts[text]! + at]! <= RARE_TEXTS ? Math.max(length + 1, N) : 0;
      if (length > best.length) best = { row: run.row + at - run.text + N - length, length };
    }
  }
  return best;
}

function placeOfWindow({ firstRow, lastRow }: Window, { starts, ends }: Tokens): { start: number; end: number } {
  return { start: starts[firstRow]!, end: ends[lastRow]! };
}

function rounded(score: number): number {
  return Math.round(score * 1000) / 1000;
}

/** Questions of one word, by its hash; `filter` tells most words to be none of them. */
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

/** Questions of one word that have a line for themselves. */
function singleMatches(
  { texts, filter }: SingleWords,
  { row, tokens, parts }: { row: RowTexts; tokens: Tokens; parts: readonly IndexedText[] },
): Match[] {
  const matches: Match[] = [];
  const seen = new Set<number>();
  for (let at = 0; at < tokens.count; at++) {
    if (filter[tokens.hashes[at]! & 0xffff] === 0) continue;
    const text = texts.get(tokens.hashes[at]!);
    if (text === undefined || seen.has(text)) continue;
    const [start, end] = [tokens.starts[at]!, tokens.ends[at]!];
    if (!standsAlone(row.text, { start, end, own: parts[text]!.text })) continue;
    seen.add(text);
    for (const owner of parts[text]!.owners) {
      matches.push({ ...owner, part: "question", method: "whole", score: 1, start, end });
    }
  }
  return matches;
}
