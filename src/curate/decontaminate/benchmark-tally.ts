import type { BenchmarkContamination, BenchmarkUse, ContaminationHit } from "../../domain/decontaminate.ts";
import type { Benchmark } from "./benchmark.ts";
import { doesCount } from "./decontaminate-stage.ts";
import { plainText } from "./plain-text.ts";
import { wordTokenizer } from "./word-tokens.ts";

/** Rows listed for a contaminated item. */
const SHOWN_ROWS = 10;

/** A row: its index over all files from 0, and its file and line. */
type RowPlace = { row: number; place: string };

/** Counts, for each benchmark, how many of its items occur in rows. */
export type BenchmarkTally = {
  /** Adds the hits of a row that drop it. */
  add: (row: RowPlace, hits: readonly ContaminationHit[]) => void;
  benchmarks: () => BenchmarkContamination[];
};

/** Questions of at most so many words are not searched for: see `defaultMatcher`. */
const SHORT_WORDS = 20;

const countWords = (text: string): number => wordTokenizer("split")(text).count;

/** Creates an empty tally. */
export function benchmarkTally(benchmarks: readonly Benchmark[]): BenchmarkTally {
  const found = new Map(benchmarks.map(({ name }) => [name, { rows: 0, items: new Map<number, RowPlace[]>() }]));
  return {
    add: (row, hits) => {
      const counted = new Set<string>();
      for (const { against, item } of hits.filter(doesCount)) {
        const sum = found.get(against);
        if (sum === undefined) continue;
        if (!counted.has(against)) sum.rows += 1;
        counted.add(against);
        const rows = sum.items.get(item) ?? [];
        if (rows.length < SHOWN_ROWS) rows.push(row);
        sum.items.set(item, rows);
      }
    },
    benchmarks: () =>
      benchmarks.map((benchmark) => {
        const { rows, items } = found.get(benchmark.name)!;
        const hits = [...items]
          .toSorted(([a], [b]) => a - b)
          .map(([item, those]) => ({
            item,
            rows: those.map(({ row: index }) => index),
            places: those.map(({ place }) => place),
          }));
        return { ...benchmarkUse(benchmark), contaminated: items.size, rows, hits };
      }),
  };
}

/** Description of how a benchmark was read. */
export function benchmarkUse({ name, fields, isGuessed, items }: Benchmark): BenchmarkUse {
  const withoutText = items.filter((parts) => parts.length === 0).length;
  const longest = items.map((parts) =>
    Math.max(0, ...parts.filter(({ kind }) => kind !== "answer").map(({ text }) => countWords(plainText(text).text))),
  );
  const wholeOnly = longest.filter((words) => words > 0 && words <= SHORT_WORDS).length;
  return { against: name, fields: { ...fields }, isGuessed, items: items.length, withoutText, wholeOnly };
}
