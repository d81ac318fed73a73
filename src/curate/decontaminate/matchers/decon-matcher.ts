import type { Benchmark, ItemRef, Part } from "../benchmark.ts";
import { answerFollows } from "../boundaries.ts";
import { cl100kTokenizer } from "./cl100k-tokens.ts";
import { findRuns, type Run } from "../find-runs.ts";
import { type GramIndex, gramIndex, packTexts } from "../gram-index.ts";
import { type ItemText, itemTexts } from "../item-texts.ts";
import { bestByItem, type Match, type Matcher } from "../match.ts";
import { bestWindow, type Window } from "../run-score.ts";
import type { RowTexts } from "../row-texts.ts";
import type { Tokens } from "../word-tokens.ts";

/** Tokens of the n-grams. */
const N = 5;

/** Items with fewer tokens or fewer distinct tokens are skipped. */
const [LEAST_TOKENS, LEAST_UNIQUE] = [20, 4];

/** Weights of the parts of an item, depending on which of them it has; a question without other parts has weight 1. */
const WEIGHTS = {
  all: { question: 0.7, answer: 0.2, passage: 0.1 },
  answer: { question: 0.75, answer: 0.25, passage: 0 },
  passage: { question: 0.85, answer: 0, passage: 0.15 },
} as const;

/** The part of an item that occurs in a row. */
type Found = { window: Window; text: number };

/**
 * The rule of decon: 5-grams of cl100k tokens, weighted by their inverse document frequency among the items. The score
 * of an item is the weighted sum over its parts; the question weighs 0.7 or more. A hit needs a score of 1 for items of
 * up to 20 tokens, falling to 0.8 at 50 tokens. Items of fewer than 20 tokens or 4 distinct tokens are omitted.
 * Differences from the tool: every token of a row is looked up, instead of one in ten; runs are combined if they are
 * near each other, instead of only if at most eleven tokens separate them.
 *
 * @param minScore lowest score of items of 50 tokens or more; default: 0.8
 * @source allenai/decon, commit e1bcb80c (2025-09-26), README and defaults
 */
export async function deconMatcher(benchmarks: readonly Benchmark[], minScore = 0.8): Promise<Matcher> {
  const texts = itemTexts(benchmarks);
  const tokenize = await cl100kTokenizer();
  const packed = packTexts(texts.length, (text) => tokenize(texts[text]!.text));
  const index = gramIndex(packed, { n: N });
  const weights = inverseFrequencies(index);
  const lengthOf = itemLengths(benchmarks, { texts, index });
  return (row) => {
    const tokens = tokenize(row.text);
    const parts = new Map<string, { owner: ItemRef; found: Partial<Record<Part["kind"], Found>> }>();
    for (const [text, runs] of findRuns(index, tokens)) {
      const { kind, owners } = texts[text]!;
      const window = windowOf(runs, { index, text, weights });
      for (const owner of owners) {
        const key = `${owner.benchmark}:${owner.item}`;
        const entry = parts.get(key) ?? { owner, found: {} };
        parts.set(key, entry);
        if (window.score > (entry.found[kind]?.window.score ?? 0)) entry.found[kind] = { window, text };
      }
    }
    const matches: Match[] = [];
    for (const { owner, found } of parts.values()) {
      const match = judge({ owner, found, item: benchmarks[owner.benchmark]!.items[owner.item]! }, { row, tokens });
      const { tokens: length, unique } = lengthOf(owner);
      if (length < LEAST_TOKENS || unique < LEAST_UNIQUE) continue;
      if (match !== undefined && match.score >= leastScore(length, minScore)) matches.push(match);
    }
    return bestByItem(matches);
  };
}

function leastScore(tokens: number, minScore: number): number {
  return 1 - (1 - minScore) * Math.min(1, Math.max(0, (tokens - 20) / 30));
}

/**
 * Weighs the parts of an item that occur in a row. There is no match without the question, or without the passage if
 * the item has no question.
 */
function judge(
  { owner, found, item }: { owner: ItemRef; found: Partial<Record<Part["kind"], Found>>; item: readonly Part[] },
  { row, tokens }: { row: RowTexts; tokens: Tokens },
): Match | undefined {
  const main = found.question ?? found.passage;
  if (main === undefined) return undefined;
  const has = (kind: Part["kind"]): boolean => item.some((part) => part.kind === kind);
  const start = tokens.starts[main.window.firstRow]!;
  const end = tokens.ends[main.window.lastRow]!;
  const answer = Math.max(found.answer?.window.score ?? 0, isAnswered(item, { row, end }) ? 1 : 0);
  const score =
    (found.question === undefined ? 0 : weightOf("question", has) * found.question.window.score) +
    weightOf("answer", has) * answer +
    (found.passage === undefined ? 0 : weightOf("passage", has) * found.passage.window.score);
  return { ...owner, part: "item", method: "decon", score: Math.round(score * 1000) / 1000, start, end };
}

function weightOf(kind: Part["kind"], has: (kind: Part["kind"]) => boolean): number {
  if (!has("question")) return kind === "passage" ? 1 : 0;
  if (has("answer") && has("passage")) return WEIGHTS.all[kind];
  if (has("answer")) return WEIGHTS.answer[kind];
  if (has("passage")) return WEIGHTS.passage[kind];
  return kind === "question" ? 1 : 0;
}

/** An answer may be too short for 5-grams; it is then searched for after the question. */
function isAnswered(item: readonly Part[], { row, end }: { row: RowTexts; end: number }): boolean {
  return item.some(({ kind, text }) => kind === "answer" && answerFollows(row.text, end, text));
}

function windowOf(
  runs: readonly Run[],
  { index, text, weights }: { index: GramIndex; text: number; weights: Float32Array },
): Window {
  const { starts } = index.texts;
  const own = weights.subarray(starts[text], starts[text + 1]);
  // A run of k tokens holds k - 4 whole 5-grams, which begin at its first tokens.
  const grams = runs.map((run) => ({ ...run, length: run.length - N + 1 }));
  const window = bestWindow({ weights: own, runs: grams }, { words: 2 * own.length + 32 });
  return { ...window, lastRow: window.lastRow + N - 1 };
}

/** Inverse document frequency of the 5-gram that begins at each token. */
function inverseFrequencies({ texts: { starts }, frequencies }: GramIndex): Float32Array {
  const total = starts.length - 1;
  return Float32Array.from(frequencies, (texts) => (texts === 0 ? 0 : Math.log(1 + total / texts)));
}

/** Number of tokens of each item, summed over its parts. */
function itemLengths(
  benchmarks: readonly Benchmark[],
  { texts, index }: { texts: readonly ItemText[]; index: GramIndex },
): (owner: ItemRef) => { tokens: number; unique: number } {
  const { hashes, starts } = index.texts;
  const lengths = benchmarks.map(({ items }) => items.map(() => ({ tokens: 0, unique: 0 })));
  for (const [text, { owners }] of texts.entries()) {
    const own = hashes.subarray(starts[text], starts[text + 1]);
    const unique = new Set(own).size;
    for (const { benchmark, item } of owners) {
      const length = lengths[benchmark]![item]!;
      length.tokens += own.length;
      length.unique += unique;
    }
  }
  return ({ benchmark, item }) => lengths[benchmark]![item]!;
}
