import { normalQuantile } from "../../base/normal-quantile.ts";
import type { BiasGroup, BiasReport } from "../../domain/bias-report.ts";
import type { ScoreInterval } from "../../domain/score-interval.ts";
import {
  around,
  benjaminiHochberg,
  chiSquareTest,
  clusteredStandardError,
  clusteredWilson,
  effectiveCount,
  mean,
  holm,
  meanInterval,
  meanStandardError,
  newcombe,
  type Proportion,
  studentQuantile,
  twoSidedStudent,
  wilson,
} from "../../statistics/index.ts";

/** One score with its group and cluster. */
export type GroupedScore = { group: string; value: number; cluster: string };

/** Settings for comparing groups. */
export type GapOptions = {
  minItems: number;
  correction: BiasReport["correction"];
  /** False if a higher score is not always better, as with refusals: then there is no ratio. Default: true. */
  isHigherBetter?: boolean;
};

/** Scores and gaps of groups. */
export type GroupGaps = Pick<BiasReport, "groups" | "worstGap" | "fourFifths">;

/** Ratio below which the four-fifths rule indicates adverse impact. */
const FOUR_FIFTHS = 0.8;

/**
 * Scores by group: each compared with all other groups together, the largest gap, and the ratio of the lowest to the
 * highest group. Groups below the minimum, or in a single cluster, are shown but not compared.
 * Right or wrong: Wilson and Newcombe intervals and the chi-square test, with clusters over the effective number of
 * items; otherwise Student's t, over clusters.
 *
 * @source Newcombe 1998; four-fifths: 29 CFR 1607.4(D), a rule of thumb of US employment law
 */
export function groupGaps(
  scores: readonly GroupedScore[],
  { minItems, correction, isHigherBetter = true }: GapOptions,
): GroupGaps {
  const byGroup = new Map<string, GroupedScore[]>();
  for (const score of scores) byGroup.set(score.group, [...(byGroup.get(score.group) ?? []), score]);
  const names = [...byGroup.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const isEnough = (own: readonly GroupedScore[]): boolean => own.length >= minItems && clusterCount(own) > 1;
  const enough = names.filter((name) => isEnough(byGroup.get(name)!));
  const compared = enough.length < 2 ? [] : enough;
  const isBinary = scores.every(({ value }) => value === 0 || value === 1);
  const means = new Map(names.map((name) => [name, mean(byGroup.get(name)!.map(({ value }) => value))]));
  const highest = Math.max(...compared.map((name) => means.get(name)!));
  const groups = names.map((name): BiasGroup => {
    const own = byGroup.get(name)!;
    const isCompared = compared.includes(name);
    const others = compared.filter((other) => other !== name).flatMap((other) => byGroup.get(other)!);
    const contrast = isCompared ? contrastOf(own, others, { isBinary, level: 0.95 }) : undefined;
    return {
      group: name,
      n: own.length,
      mean: means.get(name)!,
      interval: intervalOf(own, isBinary),
      difference: contrast?.difference ?? null,
      differenceInterval: contrast?.interval ?? null,
      p: contrast?.p ?? null,
      adjustedP: null,
      ratio: isCompared && isBinary && isHigherBetter && highest > 0 ? means.get(name)! / highest : null,
      isCompared,
    };
  });
  const tested = groups.filter(({ p }) => p !== null);
  if (tested.length === 2) for (const group of tested) group.adjustedP = group.p; // one test, stated from both sides
  const adjusted = (correction === "holm" ? holm : benjaminiHochberg)(tested.map(({ p }) => p!));
  for (const [index, group] of tested.entries()) group.adjustedP ??= adjusted[index]!;
  return { groups, ...extremes(groups, { byGroup, isBinary }) };
}

function extremes(
  groups: readonly BiasGroup[],
  { byGroup, isBinary }: { byGroup: ReadonlyMap<string, GroupedScore[]>; isBinary: boolean },
): Pick<GroupGaps, "worstGap" | "fourFifths"> {
  const sorted = groups.filter(({ isCompared }) => isCompared).toSorted((a, b) => b.mean! - a.mean!);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || first === last) return { worstGap: null, fourFifths: null };
  // The largest of all gaps is no gap chosen before: its interval covers every pair of groups at once (Bonferroni).
  const pairs = (sorted.length * (sorted.length - 1)) / 2;
  const own = [byGroup.get(first.group)!, byGroup.get(last.group)!] as const;
  const { difference, interval } = contrastOf(...own, { isBinary, level: 1 - 0.05 / pairs });
  return {
    worstGap: { highest: first.group, lowest: last.group, gap: difference, interval, pairs },
    fourFifths:
      last.ratio === null ? null : { ratio: last.ratio, group: last.group, isBelow: last.ratio < FOUR_FIFTHS },
  };
}

type Contrast = { difference: number; interval: ScoreInterval; p: number };

function contrastOf(
  own: readonly GroupedScore[],
  others: readonly GroupedScore[],
  { isBinary, level }: { isBinary: boolean; level: number },
): Contrast {
  const [a, b] = [own, others].map((scores) => scores.map(({ value }) => value)) as [number[], number[]];
  const difference = mean(a) - mean(b);
  const degrees = Math.max(1, Math.min(clusterCount(own), clusterCount(others)) - 1);
  if (isBinary) {
    const isIndependent = !isClustered(own) && !isClustered(others);
    const [one, two] = [rightOf(own), rightOf(others)];
    const tail = (1 + level) / 2;
    const z = isIndependent ? normalQuantile(tail) : studentQuantile(tail, degrees);
    const { statistic, p } = chiSquareTest([one, two].map(({ successes, n }) => [successes, n - successes]));
    return {
      difference,
      interval: newcombe(one, two, z),
      p: isIndependent ? p : twoSidedStudent(Math.sqrt(statistic), degrees),
    };
  }
  const [e, f] = [errorOf(own), errorOf(others)];
  const error = Math.hypot(e, f);
  const p = error === 0 ? (difference === 0 ? 1 : 0) : twoSidedStudent(difference / error, degrees);
  return {
    difference,
    interval: around(difference, error, error === 0 ? 0 : studentQuantile((1 + level) / 2, degrees)),
    p,
  };
}

/** Right answers and items, of clustered items as many as are independent. */
function rightOf(scores: readonly GroupedScore[]): Proportion {
  const values = scores.map(({ value }) => value);
  const n = isClustered(scores) ? effectiveCount(values, clustersOf(scores)) : values.length;
  return { successes: n * mean(values), n };
}

function clustersOf(scores: readonly GroupedScore[]): string[] {
  return scores.map(({ cluster }) => cluster);
}

function intervalOf(scores: readonly GroupedScore[], isBinary: boolean): ScoreInterval | null {
  const values = scores.map(({ value }) => value);
  if (values.length < 2 || clusterCount(scores) < 2) return null;
  if (isBinary && isClustered(scores)) return clusteredWilson(values, clustersOf(scores));
  if (isBinary) return wilson(values.filter((value) => value === 1).length, values.length);
  return meanInterval(mean(values), errorOf(scores), clusterCount(scores));
}

function errorOf(scores: readonly GroupedScore[]): number {
  const values = scores.map(({ value }) => value);
  if (!isClustered(scores)) return meanStandardError(values);
  return clusteredStandardError(values, clustersOf(scores), true);
}

function clusterCount(scores: readonly GroupedScore[]): number {
  return new Set(scores.map(({ cluster }) => cluster)).size;
}

function isClustered(scores: readonly GroupedScore[]): boolean {
  return clusterCount(scores) < scores.length;
}
