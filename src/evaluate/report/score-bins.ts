import { countBars } from "../../report/charts/score-bars.ts";

/** Items whose scores lie between two values. */
export type ScoreBin = { label: string; count: number };

/**
 * Ten bins from the lowest to the highest score, or one for each score if there are few. Empty without scores.
 *
 * @param over  scores that decide the bins; default: those that are counted
 */
export function scoreBins(values: readonly number[], over: readonly number[] = values): ScoreBin[] {
  const distinct = [...new Set(over)].toSorted((a, b) => a - b);
  if (distinct.length <= 6) {
    return distinct.map((value) => ({
      label: Number(value.toFixed(3)).toString(),
      count: values.filter((number) => number === value).length,
    }));
  }
  const [low, high] = [distinct[0]!, distinct.at(-1)!];
  const width = (high - low) / 10;
  const counts = Array.from({ length: 10 }, () => 0);
  for (const value of values) counts[Math.min(9, Math.floor((value - low) / width))]! += 1;
  return counts.map((count, bin) => ({
    label: `${number(low + bin * width)} to ${number(low + (bin + 1) * width)}`,
    count,
  }));
}

/** Headline scores of the items of two evaluations, in the same bins for both. */
export function binsOfBoth(
  before: readonly number[],
  after: readonly number[],
): { label: string; baseline: number; target: number }[] {
  const all = [...before, ...after];
  const counts = scoreBins(after, all);
  return scoreBins(before, all).map(({ label, count }, bin) => {
    return { label, baseline: count, target: counts[bin]!.count };
  });
}

/** Bars of the bins. */
export function scoreBarMarks(bins: readonly ScoreBin[]): ReturnType<typeof countBars> {
  return countBars(bins.map(({ count }) => count));
}

function number(value: number): string {
  return Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0);
}
