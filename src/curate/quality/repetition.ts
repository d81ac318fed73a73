import { textLines } from "./text-words.ts";
import { shareDetail, type Verdict } from "./verdict.ts";

/** How much of a text may say what it said before: shares of lines, paragraphs or characters. */
export type RepetitionLimits = {
  lines: number;
  paragraphs: number;
  lineCharacters: number;
  paragraphCharacters: number;
  /** Characters of the most frequent run of so many words. */
  topRuns: readonly (readonly [words: number, limit: number])[];
  /** Characters of all runs of so many words that stood before. */
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
  repeatedRuns: [
    [5, 0.15],
    [6, 0.14],
    [7, 0.13],
    [8, 0.12],
    [9, 0.11],
    [10, 0.1],
  ],
};

/** The first limit that a text is above, or undefined. */
export function repetition(text: string, limits: RepetitionLimits, words: readonly string[]): Verdict | undefined {
  const size = text.length;
  if (size === 0) return undefined;
  for (const [kind, parts, share, characters] of [
    ["paragraph", text.trim().split(/\n{2,}/), limits.paragraphs, limits.paragraphCharacters],
    ["line", textLines(text), limits.lines, limits.lineCharacters],
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
    const share = topRun(words, count) / size;
    if (share > limit) return { reason: `top-${count}-gram`, detail: shareDetail("share of characters", share, limit) };
  }
  for (const [count, limit] of limits.repeatedRuns) {
    const share = repeatedRuns(words, count) / size;
    if (share > limit)
      return { reason: `repeated-${count}-grams`, detail: shareDetail("share of characters", share, limit) };
  }
  return undefined;
}

/** Parts that stood before, and their characters. */
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

/** Characters of all occurrences of the most frequent run of words, 0 where none stands twice. */
export function topRun(words: readonly string[], count: number): number {
  const counts = new Map<string, number>();
  let [most, characters] = [1, 0];
  for (let at = 0; at + count <= words.length; at++) {
    const run = words.slice(at, at + count).join(" ");
    const times = (counts.get(run) ?? 0) + 1;
    counts.set(run, times);
    if (times > most) [most, characters] = [times, times * run.length];
  }
  return characters;
}

/** Characters of runs of words that stood before, each character once: after such a run the next begins behind it. */
export function repeatedRuns(words: readonly string[], count: number): number {
  const seen = new Set<string>();
  let characters = 0;
  for (let at = 0; at + count <= words.length;) {
    const run = words.slice(at, at + count).join(" ");
    if (seen.has(run)) {
      characters += run.length;
      at += count;
    } else {
      seen.add(run);
      at += 1;
    }
  }
  return characters;
}
