import { type Random, seededRandom } from "../../base/random.ts";
import type { ScoreDifference } from "../../domain/evaluation-comparison.ts";
import {
  clusteredStandardError,
  detectableDifference,
  effectiveCount,
  itemsToDetect,
  mcnemar,
  mean,
  meanInterval,
  pairedDifference,
  pairedScoreInterval,
  sharedValueInterval,
  signFlip,
  studentQuantile,
  twoSidedStudent,
} from "../../statistics/index.ts";

/** Scores of two targets on one item. */
export type ScorePair = { baseline: number; target: number; cluster: string };

/** Seed of the random flips of a test, so that equal scores give equal p values. */
const SEED = 18;

/**
 * The paired difference of two targets in one score. For right or wrong: Tango's score interval and McNemar's mid-p,
 * with clusters over the effective number of items; for other scores: Student's t and random sign flips, with clusters
 * by clustered standard errors.
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
  const isShare = [...target, ...baseline].every((value) => value >= 0 && value <= 1);
  const tested = !isClustered
    ? isBinary
      ? binaryTest({ ...counts, n })
      : meanTest(differences, { standardError, random: seededRandom(SEED), isShare })
    : isBinary
      ? clusteredBinaryTest(counts, { n, effective: effectiveCount(differences, clusters), count })
      : clusteredTest(paired.difference, { standardError, count, isShare });
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

/**
 * Tango's interval and McNemar's test over as many items as are independent. Unlike a standard error over clusters, it
 * keeps its level if the two differ in few clusters, and has a positive width if they differ in none.
 */
function clusteredBinaryTest(
  { onlyBaseline, onlyTarget }: Pick<ScoreDifference, "onlyBaseline" | "onlyTarget">,
  { n, effective, count }: { n: number; effective: number; count: number },
): Tested {
  const share = effective / n;
  const pairs = { onlyFirst: onlyTarget * share, onlySecond: onlyBaseline * share, n: effective };
  const differing = pairs.onlyFirst + pairs.onlySecond;
  return {
    interval: pairedScoreInterval(pairs, studentQuantile(0.975, count - 1)),
    method: "tango-clustered",
    p: differing === 0 ? 1 : twoSidedStudent((pairs.onlyFirst - pairs.onlySecond) / Math.sqrt(differing), count - 1),
    test: "mcnemar-clustered",
  };
}

/** Ends of the difference of two scores from 0 to 1. */
const SHARES = { low: -1, high: 1 };

function meanTest(
  differences: readonly number[],
  { standardError, random, isShare }: { standardError: number; random: Random; isShare: boolean },
): Tested {
  const n = differences.length;
  const difference = mean(differences);
  return {
    interval:
      standardError === 0 && isShare
        ? sharedValueInterval(difference, n, SHARES)
        : meanInterval(difference, standardError, n),
    method: "t",
    p: signFlip(differences, random),
    test: "sign-flip",
  };
}

function clusteredTest(
  difference: number,
  { standardError, count, isShare }: { standardError: number; count: number; isShare: boolean },
): Tested {
  const isShared = standardError === 0 && isShare;
  const interval = isShared
    ? sharedValueInterval(difference, count, SHARES)
    : meanInterval(difference, standardError, count);
  const isOutside = interval.low > 0 || interval.high < 0;
  return {
    interval,
    method: "t-clustered",
    p: standardError > 0 ? twoSidedStudent(difference / standardError, count - 1) : isOutside ? 0 : 1,
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
