import { mixedHash } from "../base/hash.ts";
import { seededRandom } from "../base/random.ts";
import type { ComparedSignal, WatchComparison } from "../domain/watch-comparison.ts";
import { RequestSignal } from "../domain/watch-file.ts";
import type { WatchedRequest } from "../domain/watch-import.ts";
import {
  chiSquareTest,
  fisherExact,
  holm,
  mean,
  meanDiscrepancy,
  medianGamma,
  newcombe,
  populationStability,
  rocArea,
  variance,
  wasserstein,
  Z95,
} from "../statistics/index.ts";
import { vectorOf } from "./hashed-vector.ts";
import { mainLanguage, type SignalContext, shownChange, shownMean, SIGNALS } from "./signals.ts";

/** Options of comparing two samples. */
export type CompareOptions = {
  signals: readonly RequestSignal[];
  /** Probability of a false finding in any signal. */
  level: number;
  hasFormat: SignalContext["hasFormat"];
};

/** Minimum number of rows of a signal in each sample. */
const FEWEST_ROWS = 10;

const TOO_FEW = `fewer than ${FEWEST_ROWS} rows have it in one of the two`;

/** Maximum number of rows of each sample whose distances are computed. */
const MOST_DISTANCES = 400;

/** Distances that a signal without numbers lacks. */
const NO_DISTANCES = { stability: null, wasserstein: null, separation: null } as const;

type Compared = Omit<ComparedSignal, "adjustedP" | "isChanged">;

/**
 * Compares two samples of requests in a single test: shares by Fisher's exact test, languages by a chi-square test,
 * lengths, latency and cost by the Mann-Whitney test, prompts by the maximum mean discrepancy of their vectors with
 * permutations; all together corrected by Holm. Distances that need no test stand next to it.
 */
export function compareSamples(
  before: readonly WatchedRequest[],
  after: readonly WatchedRequest[],
  { signals, level, hasFormat }: CompareOptions,
): Pick<WatchComparison, "signals" | "skipped"> {
  const context = { mainLanguage: mainLanguage(before), hasFormat };
  const compared: Compared[] = [];
  const skipped: WatchComparison["skipped"] = [];
  for (const signal of RequestSignal.options.filter((option) => signals.includes(option))) {
    const values = (requests: readonly WatchedRequest[]): number[] =>
      requests.map((request) => SIGNALS[signal].of(request, context)).filter((value) => value !== null);
    if (signal === "input") {
      const [first, second] = [before, after].map((requests) => requests.filter(({ hasText }) => hasText));
      if (Math.min(first!.length, second!.length) < FEWEST_ROWS) skipped.push({ signal, reason: TOO_FEW });
      else compared.push(comparedInput(first!, second!, level / signals.length));
    } else {
      const [first, second] = [values(before), values(after)];
      if (Math.min(first.length, second.length) < FEWEST_ROWS) {
        skipped.push({ signal, reason: TOO_FEW });
      } else
        compared.push(
          signal === "language"
            ? languages(before, after, share(signal, first, second))
            : SIGNALS[signal].kind === "share"
              ? share(signal, first, second)
              : number(signal, first, second),
        );
    }
  }
  const adjusted = holm(compared.map(({ p }) => p));
  return {
    signals: compared.map((compared, k) => ({
      ...compared,
      adjustedP: adjusted[k]!,
      isChanged: adjusted[k]! <= level,
    })),
    skipped,
  };
}

function share(signal: RequestSignal, first: readonly number[], second: readonly number[]): Compared {
  const hits = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const [a, b] = [hits(first), hits(second)];
  const interval = newcombe({ successes: b, n: second.length }, { successes: a, n: first.length });
  return {
    signal,
    unit: "share",
    before: a / first.length,
    after: b / second.length,
    rows: { before: first.length, after: second.length },
    change: b / second.length - a / first.length,
    interval: { low: interval.low, high: interval.high },
    test: "Fisher's exact test",
    p: fisherExact([
      [a, first.length - a],
      [b, second.length - b],
    ]),
    ...NO_DISTANCES,
  };
}

/** Rows of a language that are expected in a sample at least; rarer languages are compared together. */
const FEWEST_EXPECTED = 5;

/** All languages of two samples at once: the share of the main one, and a chi-square test over all of them. */
function languages(before: readonly WatchedRequest[], after: readonly WatchedRequest[], main: Compared): Compared {
  const known = [before, after].map((requests) => requests.flatMap(({ language }) => language ?? []));
  const total = known[0]!.length + known[1]!.length;
  const fewest = Math.min(known[0]!.length, known[1]!.length);
  const isCommon = (language: string): boolean => {
    const count = known.reduce((sum, all) => sum + all.filter((other) => other === language).length, 0);
    return (count * fewest) / total >= FEWEST_EXPECTED;
  };
  const names = [...new Set(known.flat())].filter(isCommon);
  const table = known.map((all) => [
    ...names.map((name) => all.filter((language) => language === name).length),
    all.filter((language) => !names.includes(language)).length,
  ]);
  return { ...main, test: "chi-square test of all languages, rare ones together", p: chiSquareTest(table).p };
}

function number(signal: RequestSignal, first: readonly number[], second: readonly number[]): Compared {
  const { kind, unit } = SIGNALS[signal];
  const shown = (value: number): number => shownMean(kind, value, unit);
  const difference = mean(second) - mean(first);
  const error = Math.sqrt(variance(first) / first.length + variance(second) / second.length);
  return {
    signal,
    unit,
    before: shown(mean(first)),
    after: shown(mean(second)),
    rows: { before: first.length, after: second.length },
    change: shownChange(kind, difference),
    interval: {
      low: shownChange(kind, difference - Z95 * error),
      high: shownChange(kind, difference + Z95 * error),
    },
    test: "Mann-Whitney test",
    p: rocArea(first, second).p,
    stability: stabilityOf(first, second),
    wasserstein: wasserstein({ values: first.map(shown) }, { values: second.map(shown) }),
    separation: null,
  };
}

/** Number of bins of the population stability index: tenths of the first sample. */
const BINS = 10;

function stabilityOf(first: readonly number[], second: readonly number[]): number {
  const sorted = first.toSorted((a, b) => a - b);
  const cuts = Array.from({ length: BINS - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / BINS)]!);
  const shares = (values: readonly number[]): number[] => {
    const counts = Array.from({ length: BINS }, () => 0);
    for (const value of values) counts[cuts.filter((cut) => value >= cut).length]! += 1 / values.length;
    return counts;
  };
  return populationStability(shares(first), shares(second));
}

function comparedInput(before: readonly WatchedRequest[], after: readonly WatchedRequest[], level: number): Compared {
  const points = (requests: readonly WatchedRequest[]): Float64Array[] =>
    requests
      .map((request) => ({ request, order: mixedHash(request.id, 2) }))
      .toSorted((a, b) => a.order - b.order || (a.request.id < b.request.id ? -1 : 1))
      .slice(0, MOST_DISTANCES)
      .map(({ request }) => vectorOf(request.vector));
  const [first, second] = [points(before), points(after)];
  const { unbiased, p } = meanDiscrepancy(first, second, {
    gamma: medianGamma([...first.slice(0, 150), ...second.slice(0, 150)]),
    permutations: Math.ceil(6 / level) - 1, // so that the smallest p is a sixth of the level of one signal
    random: seededRandom(5),
  });
  return {
    signal: "input",
    unit: "MMD²",
    before: 0,
    after: unbiased,
    rows: { before: first.length, after: second.length },
    change: unbiased,
    interval: null,
    test: "maximum mean discrepancy of hashed n-grams, permuted",
    p: p ?? 1,
    ...NO_DISTANCES,
    separation: separationOf(first, second),
  };
}

/**
 * Separation of two samples by a linear classifier: the direction between the means of every second point, and the
 * area under the ROC curve of the other points along it.
 *
 * @source Lopez-Paz and Oquab 2017, "Revisiting classifier two-sample tests", arXiv:1610.06545
 */
function separationOf(first: readonly Float64Array[], second: readonly Float64Array[]): number {
  const isTrained = (_: unknown, k: number): boolean => k % 2 === 0;
  const [a, b] = [first, second].map((points) => meanPoint(points.filter(isTrained)));
  const along = (point: Float64Array): number => point.reduce((sum, value, d) => sum + value * (b![d]! - a![d]!), 0);
  const held = [first, second].map((points) => points.filter((_, k) => !isTrained(_, k)).map(along));
  return rocArea(held[0]!, held[1]!).area;
}

function meanPoint(points: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(points[0]!.length);
  for (const point of points) for (let d = 0; d < sums.length; d++) sums[d]! += point[d]! / points.length;
  return sums;
}
