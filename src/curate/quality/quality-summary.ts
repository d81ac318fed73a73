import { hash } from "node:crypto";

import type { RowFields } from "../../domain/dataset-profile.ts";
import type { QualitySummary } from "../../domain/quality.ts";
import { spread } from "../../base/quantile.ts";
import type { CuratedRow } from "../stage.ts";
import { language } from "./language.ts";
import { rowTurns } from "./row-turns.ts";
import { isWord, textWords } from "./text-words.ts";

/**
 * Number of rows over which shares of words and openings are computed, because such shares fall with the number of
 * rows.
 */
const SAMPLED = 10_000;

/** Openings, languages, sources and verbs in the report. */
const SHOWN = 20;

/** Openings with their shares in the report. */
const TOP = 10;

type Counts = Map<string, number>;

/** Collects a summary of rows in one pass. Memory: at most 10,000 rows and one number per row. */
export function qualitySummary(named: RowFields | undefined): {
  add: (rows: readonly CuratedRow[]) => void;
  summary: () => QualitySummary;
} {
  const languages = new Map<string, number>();
  const turnCounts = new Map<string, number>();
  const [openings, verbs, sources, prompts] = [0, 1, 2, 3].map(() => new Map<string, number>()) as [
    Counts,
    Counts,
    Counts,
    Counts,
  ];
  const [lengths, promptLengths]: [number[], number[]] = [[], []];
  const [words, pairs] = [new Set<string>(), new Set<string>()];
  let [rows, sampled, wordCount, pairCount] = [0, 0, 0, 0];
  const count = (counts: Counts, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  const sample = (prompt: string): void => {
    sampled += 1;
    const own = textWords(prompt.slice(0, 20_000).toLowerCase()).filter(isWord);
    for (const word of own) words.add(word);
    for (let index = 1; index < own.length; index++) pairs.add(`${own[index - 1]} ${own[index]}`);
    wordCount += own.length;
    pairCount += Math.max(0, own.length - 1);
    if (own.length === 0) return;
    count(openings, own.slice(0, 3).join(" "));
    count(verbs, own[0]!);
    count(prompts, sameText(prompt));
    promptLengths.push(own.length);
  };
  return {
    add: (added) => {
      for (const { fields, source } of added) {
        rows += 1;
        count(sources, source);
        const turns = rowTurns(fields, named);
        if ("problem" in turns) continue;
        const texts = turns.answers.length > 0 ? turns.answers : turns.pieces;
        count(languages, language(texts.join("\n")) ?? "und");
        count(turnCounts, turns.answers.length > 4 ? "5 and more" : String(turns.answers.length));
        lengths.push(texts.reduce((sum, text) => sum + (text.match(/\S+/g)?.length ?? 0), 0) / texts.length);
        if (sampled < SAMPLED) sample(turns.prompts.join("\n") || turns.pieces.join("\n"));
      }
    },
    summary: () => {
      return {
        rows,
        languages: mostFirst(languages).map(([name, rows]) => ({ language: name, rows })),
        answers: lengths.length === 0 ? null : rounded(spread(lengths)),
        turns: [...turnCounts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([answers, rows]) => ({ answers, rows })),
        sources: mostFirst(sources).map(([source, rows]) => ({ source, rows })),
        evenness: { languages: evenness(languages), sources: evenness(sources), verbs: evenness(verbs) },
        verbs: mostFirst(verbs).map(([verb, rows]) => ({ verb, rows })),
        repeatedPrompts: promptLengths.length === 0 ? null : 1 - prompts.size / promptLengths.length,
        topOpenings:
          promptLengths.length === 0
            ? null
            : mostFirst(openings)
                .slice(0, TOP)
                .reduce((sum, [, count]) => sum + count, 0) / promptLengths.length,
        promptWords: promptLengths.length === 0 ? null : rounded(spread(promptLengths)),
        distinctWords: wordCount === 0 ? null : words.size / wordCount,
        distinctPairs: pairCount === 0 ? null : pairs.size / pairCount,
        openings: mostFirst(openings).map(([opening, rows]) => ({ opening, rows })),
        distinctOpenings: openings.size,
        sampledRows: sampled,
      };
    },
  };
}

/** Hash of a prompt as written, apart from white space and case: "1,5" and "1.5" are different prompts, as in dedup. */
function sameText(prompt: string): string {
  return hash("sha256", prompt.normalize("NFC").trim().replaceAll(/\s+/gu, " ").toLowerCase(), "base64");
}

/** Entropy of counts relative to that of as many equal counts, in thousandths; 0 for a single count. */
function evenness(counts: Counts): number {
  if (counts.size < 2) return 0;
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const entropy = [...counts.values()].reduce((sum, count) => sum - (count / all) * Math.log(count / all), 0);
  return Math.round((1000 * entropy) / Math.log(counts.size)) / 1000;
}

/** A number of words rounded to tenths. */
function rounded({ p10, p50, p90 }: ReturnType<typeof spread>): ReturnType<typeof spread> {
  const tenths = (value: number): number => Math.round(10 * value) / 10;
  return { p10: tenths(p10), p50: tenths(p50), p90: tenths(p90) };
}

function mostFirst(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).slice(0, SHOWN);
}
