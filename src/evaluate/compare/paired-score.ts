import { type Random, seededRandom } from "../../base/random.ts";
import type { ScoreDifference } from "../../domain/evaluation-comparison.ts";
import {
  clusteredStandardError,
  detectableDifference,
  itemsToDetect,
  mcnemar,
  meanInterval,
  pairedDifference,
  pairedScoreInterval,
  signFlip,
  twoSidedStudent,
} from "../../statistics/index.ts";

/** Scores of two targets on one item. */
export type ScorePair = { baseline: number; target: number; cluster: string };

/** Seed of the random flips of a test, so that equal scores give equal p values. */
const SEED = 18;

/**
 * The paired difference of two targets in one score. For right or wrong without clusters: Tango's score interval and
 * McNemar's mid-p; for other scores: Student's t and random sign flips; with clusters: clustered standard errors.
 *
 * @source Tango 1998; Fagerland, Lydersen and Laake 2013; Miller 2024, arXiv:2411.00640
 */
export function pairedScore(scorer: string, pairs: readonly ScorePair[]): ScoreDifference {
  const [target, baseline] = [pairs.map((pair) => pair.target), pairs.map((pair) => pair.baseline)];
  const differences = pairs.map((pair) => pair.target - pair.baseline);
  const counts = {
    onlyBaseline: differences.filter((value) => value < 0).length,
    onlyTarget: differences.filter((value) => value > 0).length,
  };
  const n = pairs.length;
  if (n < 2) return { ...nothing(scorer, pairs), ...counts };
  const paired = pairedDifference(target, baseline);
  const clusters = pairs.map(({ cluster }) => cluster);
  const count = new Set(clusters).size;
  const isClustered = count < n;
  if (isClustered && count < 2) return { ...nothing(scorer, pairs), ...counts };
  const standardError = isClustered ? clusteredStandardError(differences, clusters, true) : paired.standardError;
  const isBinary = [...target, ...baseline].every((value) => value === 0 || value === 1);
  const tested = isClustered
    ? clusteredTest(paired.difference, standardError, count)
    : isBinary
      ? binaryTest({ ...counts, n })
      : meanTest(differences, { standardError, random: seededRandom(SEED) });
  return {
    scorer,
    n,
    baseline: baseline.reduce((sum, value) => sum + value, 0) / n,
    target: target.reduce((sum, value) => sum + value, 0) / n,
    difference: paired.difference,
    ...tested,
    adjustedP: tested.p,
    standardError,
    unpairedStandardError: paired.unpairedStandardError,
    correlation: paired.correlation,
    detectable: standardError > 0 ? detectableDifference(standardError) : null,
    itemsFor80Percent:
      paired.difference === 0 || standardError === 0
        ? null
        : Math.ceil(itemsToDetect(Math.abs(paired.difference), standardError ** 2 * n)),
    ...counts,
  };
}

type Tested = Pick<ScoreDifference, "interval" | "method" | "p" | "test">;

function binaryTest({ onlyBaseline, onlyTarget, n }: { onlyBaseline: number; onlyTarget: number; n: number }): Tested {
  return {
    interval: pairedScoreInterval({ onlyFirst: onlyTarget, onlySecond: onlyBaseline, n }),
    method: "tango",
    p: onlyBaseline + onlyTarget === 0 ? 1 : mcnemar(onlyTarget, onlyBaseline).midP,
    test: "mcnemar-mid-p",
  };
}

function meanTest(
  differences: readonly number[],
  { standardError, random }: { standardError: number; random: Random },
): Tested {
  const difference = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  return {
    interval: meanInterval(difference, standardError, differences.length),
    method: "t",
    p: signFlip(differences, random),
    test: "sign-flip",
  };
}

function clusteredTest(difference: number, standardError: number, count: number): Tested {
  return {
    interval: meanInterval(difference, standardError, count),
    method: "t-clustered",
    p: standardError > 0 ? twoSidedStudent(difference / standardError, count - 1) : difference === 0 ? 1 : 0,
    test: "t-clustered",
  };
}

function nothing(scorer: string, [pair]: readonly ScorePair[]): ScoreDifference {
  return {
    scorer,
    n: pair === undefined ? 0 : 1,
    baseline: pair?.baseline ?? null,
    target: pair?.target ?? null,
    difference: pair === undefined ? null : pair.target - pair.baseline,
    interval: null,
    method: "t",
    p: null,
    test: "sign-flip",
    adjustedP: null,
    standardError: null,
    unpairedStandardError: null,
    correlation: null,
    detectable: null,
    itemsFor80Percent: null,
    onlyBaseline: 0,
    onlyTarget: 0,
  };
}
