import { shareDetail, type Verdict } from "./verdict.ts";
import { repeatedRuns, runCharacters, topRun, type WordNumbers } from "./word-runs.ts";

/** Limits of repetition in a text: shares of lines, paragraphs or characters. */
export type RepetitionLimits = {
  lines: number;
  paragraphs: number;
  lineCharacters: number;
  paragraphCharacters: number;
  /** Characters of the most frequent run of so many words. */
  topRuns: readonly (readonly [words: number, limit: number])[];
  /** Minimum count of the most frequent run. */
  topTimes: 1 | 2;
  /** Characters of all repeated runs of so many words. */
  repeatedRuns: readonly (readonly [words: number, limit: number])[];
};

/**
 * Limits for web pages.
 *
 * @source Rae et al. 2021, "Scaling Language Models: Methods, Analysis & Insights from Training Gopher",
 *   arXiv:2112.11446, table A1
 */
export const GOPHER_REPETITION: RepetitionLimits = {
  lines: 0.3,
  paragraphs: 0.3,
  lineCharacters: 0.2,
  paragraphCharacters: 0.2,
  topRuns: [
    [2, 0.2],
    [3, 0.18],
    [4, 0.16],
  ],
  topTimes: 1,
  repeatedRuns: [
    [5, 0.15],
    [6, 0.14],
    [7, 0.13],
    [8, 0.12],
    [9, 0.11],
    [10, 0.1],
  ],
};

/**
 * The first limit that a text exceeds; undefined if there is none. The most frequent run is counted with its spaces,
 * repeated runs without them, as in the published filters.
 *
 * @source datatrove 0.10.1, gopher_repetition_filter.py, read 2026-11-28
 */
export function repetition(text: string, limits: RepetitionLimits, words: WordNumbers): Verdict | undefined {
  const size = text.length;
  if (size === 0) return undefined;
  for (const [kind, parts, share, characters] of [
    ["paragraph", text.trim().split(/\n{2,}/), limits.paragraphs, limits.paragraphCharacters],
    ["line", text.split(/\n+/), limits.lines, limits.lineCharacters],
  ] as const) {
    const repeated = repeats(parts);
    if (repeated.count / parts.length > share) {
      return {
        reason: `repeated-${kind}s`,
        detail: shareDetail(`share of ${kind}s`, repeated.count / parts.length, share),
      };
    }
    if (repeated.characters / size > characters) {
      const detail = shareDetail("share of characters", repeated.characters / size, characters);
      return { reason: `repeated-${kind}-characters`, detail };
    }
  }
  for (const [count, limit] of limits.topRuns) {
    const top = topRun(words, count);
    if (top === undefined || top.times < limits.topTimes) continue;
    const share = (top.times * (runCharacters(words, top.at, count) + count - 1)) / size;
    if (share > limit) return { reason: `top-${count}-gram`, detail: shareDetail("share of characters", share, limit) };
  }
  for (const [count, limit] of limits.repeatedRuns) {
    const characters = repeatedRuns(words, count);
    if (characters === 0) return undefined; // nor does a longer run stand twice
    if (characters / size > limit)
      return {
        reason: `repeated-${count}-grams`,
        detail: shareDetail("share of characters", characters / size, limit),
      };
  }
  return undefined;
}

/** Repeated parts, and their characters. */
export function repeats(parts: readonly string[]): { count: number; characters: number } {
  const seen = new Set<string>();
  let [count, characters] = [0, 0];
  for (const part of parts) {
    if (seen.has(part)) {
      count += 1;
      characters += part.length;
    } else seen.add(part);
  }
  return { count, characters };
}
