import type { Benchmark, ItemRef } from "../benchmark.ts";
import { isSentenceEnd, isSentenceStart } from "../boundaries.ts";
import { findRuns, type Run } from "../find-runs.ts";
import { gramIndex, packTexts } from "../gram-index.ts";
import { bestByItem, type Match, type Matcher } from "../match.ts";
import type { RowTexts } from "../row-texts.ts";
import { type Tokens, wordTokenizer } from "../word-tokens.ts";

/** N-grams of at most this size are looked up; longer ones are found as runs of them. */
const LOOKED_UP = 8;

/** Minimum number of words of an item that is shorter than an n-gram. */
const LEAST_WORDS = 3;

/** Judges the runs of an item in a row: returns its score and the run to show, or undefined if there is no hit. */
type Rule = (item: { words: number; owner: ItemRef }, runs: readonly Run[]) => { score: number; run: Run } | undefined;

/** Complete items as one text each, split at white space, without punctuation, as the published rules require. */
function itemsOf(benchmarks: readonly Benchmark[]): { text: string; owner: ItemRef; isQuestion: boolean }[] {
  return benchmarks.flatMap(({ items }, benchmark) =>
    items.map((parts, item) => ({
      text: parts.map(({ text }) => text).join("\n"),
      owner: { benchmark, item },
      isQuestion: parts.every(({ kind }) => kind === "question"),
    })),
  );
}

/**
 * A matcher by a rule over runs of n or more words; a question of fewer words is found if it is a sentence of the row.
 */
function runMatcher(
  benchmarks: readonly Benchmark[],
  { n, method, rule }: { n: number | ((owner: ItemRef) => number); method: string; rule: Rule },
): Matcher {
  const items = itemsOf(benchmarks);
  const tokenize = wordTokenizer("joined");
  const packed = packTexts(items.length, (item) => tokenize(items[item]!.text));
  const wordsOf = (item: number): number => packed.starts[item + 1]! - packed.starts[item]!;
  const least = (item: number): number => (typeof n === "number" ? n : n(items[item]!.owner));
  const smallest = typeof n === "number" ? n : LOOKED_UP;
  const long = gramIndex(packed, { n: Math.min(smallest, LOOKED_UP) });
  const short = gramIndex(packed, {
    n: 2,
    isIndexed: (item) => wordsOf(item) >= LEAST_WORDS && wordsOf(item) < least(item) && items[item]!.isQuestion,
    maxTexts: 16,
  });
  return (row) => {
    const tokens = tokenize(row.text);
    const matches: Match[] = [];
    const add = (item: number, { score, run }: { score: number; run: Run }): void => {
      const place = { start: tokens.starts[run.row]!, end: tokens.ends[run.row + run.length - 1]! };
      matches.push({ ...items[item]!.owner, part: "item", method, score: Math.round(score * 1000) / 1000, ...place });
    };
    for (const [item, runs] of findRuns(long, tokens)) {
      const found = rule({ words: wordsOf(item), owner: items[item]!.owner }, runs);
      if (found !== undefined) add(item, found);
    }
    if (short.positions.length > 0) {
      for (const [item, runs] of findRuns(short, tokens)) {
        const whole = runs.find((run) => run.length === wordsOf(item) && isSentence(row, tokens, run));
        if (whole !== undefined) add(item, { score: 1, run: whole });
      }
    }
    return bestByItem(matches);
  };
}

function isSentence({ text }: RowTexts, { starts, ends }: Tokens, { row, length }: Run): boolean {
  return isSentenceStart(text, starts[row]!) && isSentenceEnd(text, ends[row + length - 1]!);
}

/** Any n consecutive words (n = 8: open-r1, s1; n = 13: GPT-3, lm-eval). The score is 1. */
export function ngramMatcher(benchmarks: readonly Benchmark[], n: number): Matcher {
  return runMatcher(benchmarks, { n, method: `ngram-${n}`, rule: (_item, runs) => anyRun(runs, n) });
}

function anyRun(runs: readonly Run[], n: number): { score: number; run: Run } | undefined {
  const run = longestRun(runs);
  return run.length >= n ? { score: 1, run } : undefined;
}

/**
 * Any N consecutive words, where N depends on the benchmark: the 5th percentile of the lengths of its items in words,
 * at least 8 and at most 13. N-grams in more than ten training documents count here; the paper excludes them.
 *
 * @source Brown et al. 2020, arXiv:2005.14165, appendix C
 */
export function gpt3Matcher(benchmarks: readonly Benchmark[]): Matcher {
  const tokenize = wordTokenizer("joined");
  const sizes = benchmarks.map(({ items }) => {
    const lengths = items
      .map((parts) => tokenize(parts.map(({ text }) => text).join("\n")).count)
      .toSorted((a, b) => a - b);
    return Math.min(13, Math.max(8, lengths[Math.floor(0.05 * lengths.length)] ?? 8));
  });
  const n = ({ benchmark }: ItemRef): number => sizes[benchmark]!;
  return runMatcher(benchmarks, { n, method: "gpt3", rule: ({ owner }, runs) => anyRun(runs, n(owner)) });
}

/**
 * Share of an item's words that are in an 8-gram shared with the row.
 *
 * @param minScore lowest share; default: 0.2. Llama 3 chose it for each benchmark
 * @source Llama team 2024, arXiv:2407.21783, section 5.1.4
 */
export function coverageMatcher(benchmarks: readonly Benchmark[], minScore = 0.2): Matcher {
  return runMatcher(benchmarks, {
    n: 8,
    method: "coverage-8",
    rule: ({ words }, runs) => {
      const score = covered(runs, 0) / words;
      return score >= minScore ? { score, run: longestRun(runs) } : undefined;
    },
  });
}

/**
 * Share of an item's 8-grams that also occur in the row.
 *
 * @param minScore lowest share; default: 0.7
 * @source Chowdhery et al. 2022, arXiv:2204.02311, section 8, as quoted by Touvron et al. 2023 (Llama 2)
 */
export function palmMatcher(benchmarks: readonly Benchmark[], minScore = 0.7): Matcher {
  return runMatcher(benchmarks, {
    n: 8,
    method: "palm-8",
    rule: ({ words }, runs) => {
      const score = covered(runs, 7) / (words - 7);
      return score >= minScore ? { score, run: longestRun(runs) } : undefined;
    },
  });
}

/**
 * Share of an item's words in the longest run of eight or more words that it shares with the row. It predicts the gain
 * of a model better than all runs together.
 *
 * @param minScore lowest share; default: 0.2. The paper chose it for each model and benchmark
 * @source Singh et al. 2024, ConTAM, arXiv:2411.03923: longest match, n = 8, matches counted from the first
 */
export function longestMatchMatcher(benchmarks: readonly Benchmark[], minScore = 0.2): Matcher {
  return runMatcher(benchmarks, {
    n: 8,
    method: "longest-match",
    rule: ({ words }, runs) => {
      const run = longestRun(runs);
      const score = run.length / words;
      return score >= minScore ? { score, run } : undefined;
    },
  });
}

function longestRun(runs: readonly Run[]): Run {
  return runs.reduce((best, run) => (run.length > best.length ? run : best));
}

/**
 * Positions of an item that are covered by runs. Each run is shortened at its end: by 0 to count words, by n - 1 to
 * count starts of n-grams.
 */
function covered(runs: readonly Run[], cut: number): number {
  let [sum, end] = [0, 0];
  for (const { text, length } of runs.toSorted((a, b) => a.text - b.text)) {
    sum += Math.max(0, text + length - cut - Math.max(end, text));
    end = Math.max(end, text + length - cut);
  }
  return sum;
}
