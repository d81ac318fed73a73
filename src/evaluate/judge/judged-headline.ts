import type { JudgedScore } from "../../domain/evaluation-judge.ts";
import type { JudgeCheck } from "../../domain/judge-check.ts";
import {
  clusteredStandardError,
  clusteredWilson,
  effectiveCount,
  mean,
  meanInterval,
  meanStandardError,
  predictionPoweredMean,
  roganGladen,
  sharedValueInterval,
  wilson,
} from "../../statistics/index.ts";

/** An item with the score of the judges, and a human score if there is one. */
export type JudgedItem = {
  score: number;
  human: number | undefined;
  /** Undefined if the items are independent. */
  cluster?: string | undefined;
};

/** Input of a headline. */
export type HeadlineTerms = {
  items: readonly JudgedItem[];
  /** Whether labelled items are a random sample of the items. */
  labelsFrom: "sample" | "elsewhere" | undefined;
  /** Items of which people labelled another answer than the judged one. */
  otherAnswers?: number | undefined;
  /** The judges compared with people on other rows; undefined if not measured. */
  accuracy: Pick<JudgeCheck, "sensitivity" | "specificity"> | undefined;
};

/**
 * Minimum number of labelled items in a sample.
 *
 * @source with 50 labels of XSTest, PPI++'s interval covered the truth in 91.4 of 100 draws, with 250 in 96 to 98
 */
const LEAST_SAMPLE = 50;

type Headline = JudgedScore["headline"];

/**
 * The headline score: PPI++ if people labelled a random sample of the items; Rogan and Gladen's correction if they
 * labelled other rows and the score is right or wrong; otherwise the judges' own score, marked as uncorrected. A sample
 * of another target's answers is no sample of these, even where some are equal: those are the easy items.
 */
export function judgedHeadline({ items, labelsFrom, otherAnswers = 0, accuracy }: HeadlineTerms): Headline {
  const labelled = items.filter(({ human }) => human !== undefined);
  if (labelsFrom === undefined) return uncorrected(items, "there are no human labels");
  if (labelsFrom === "sample" && otherAnswers > 0) {
    const found = elsewhere(items, accuracy);
    const all = labelled.length + otherAnswers;
    const why = `${otherAnswers} of ${all} labelled items have another answer here, so the labels are no sample of these answers`;
    return { ...found, note: found.note === null ? why : `${why}; ${found.note}` };
  }
  if (labelsFrom === "sample") {
    if (labelled.length < LEAST_SAMPLE) {
      const note = `${labelled.length} of these answers have a human label; at least ${LEAST_SAMPLE} are required`;
      return uncorrected(items, note);
    }
    return sampled(items, labelled);
  }
  return elsewhere(items, accuracy);
}

function sampled(items: readonly JudgedItem[], labelled: readonly JudgedItem[]): Headline {
  const labels = labelled.map(({ human }) => human!);
  const rest = items.filter(({ human }) => human === undefined);
  const base = { n: items.length, labels: labels.length, note: null };
  if (rest.length === 0) return { ...base, ...raw(labels, clustersOf(labelled)), method: "people" };
  const { estimate, interval: powered } = predictionPoweredMean({
    labels,
    judged: labelled.map(({ score }) => score),
    unlabelled: rest.map(({ score }) => score),
    clusters: clustersOf([...labelled, ...rest]),
  });
  // Labels that are all the same have no spread: their own interval says what a sample of that size can miss.
  const isSame = labels.every((label) => label === labels[0]);
  const interval = (isSame ? raw(labels, clustersOf(labelled)).interval : null) ?? powered;
  if (!Number.isFinite(interval.low)) return uncorrected(items, "all items are in one cluster");
  const clip = (value: number): number => Math.max(0, Math.min(1, value));
  const { low, high } = interval;
  return { ...base, value: clip(estimate), interval: { low: clip(low), high: clip(high) }, method: "ppi++" };
}

function elsewhere(items: readonly JudgedItem[], accuracy: HeadlineTerms["accuracy"]): Headline {
  const scores = items.map(({ score }) => score);
  if (!scores.every((score) => score === 0 || score === 1)) {
    return uncorrected(items, "labels from elsewhere correct only scores of 0 and 1");
  }
  const { sensitivity, specificity } = accuracy ?? {};
  if (!sensitivity || !specificity || sensitivity.n === 0 || specificity.n === 0 || scores.length === 0) {
    return uncorrected(items, "sensitivity and specificity were not measured");
  }
  const corrected = roganGladen(mean(scores), independentItems(scores, clustersOf(items)), {
    sensitivity: sensitivity.value!,
    positives: sensitivity.n,
    specificity: specificity.value!,
    negatives: specificity.n,
  });
  if (corrected === null) return uncorrected(items, "the judges are no better than chance");
  return {
    value: corrected.estimate,
    interval: corrected.interval,
    n: scores.length,
    labels: sensitivity.n + specificity.n,
    method: "rogan-gladen",
    note: null,
  };
}

/** Clusters of items; undefined if they are independent. */
function clustersOf(items: readonly JudgedItem[]): string[] | undefined {
  return items.some(({ cluster }) => cluster !== undefined)
    ? items.map(({ cluster }, index) => cluster ?? `item ${index}`)
    : undefined;
}

/** Number of items that are independent. */
function independentItems(scores: readonly number[], clusters: readonly string[] | undefined): number {
  return clusters === undefined ? scores.length : effectiveCount(scores, clusters);
}

function uncorrected(items: readonly JudgedItem[], note: string): Headline {
  const scores = items.map(({ score }) => score);
  return { ...raw(scores, clustersOf(items)), n: scores.length, labels: 0, method: "uncorrected", note };
}

function raw(scores: readonly number[], clusters: readonly string[] | undefined): Pick<Headline, "value" | "interval"> {
  if (scores.length === 0) return { value: null, interval: null };
  const value = mean(scores);
  const count = clusters === undefined ? scores.length : new Set(clusters).size;
  if (count < 2) return { value, interval: null };
  if (scores.every((score) => score === 0 || score === 1)) {
    const successes = scores.filter((score) => score === 1).length;
    return {
      value,
      interval: clusters === undefined ? wilson(successes, scores.length) : clusteredWilson(scores, clusters),
    };
  }
  const error = clusters === undefined ? meanStandardError(scores) : clusteredStandardError(scores, clusters);
  const interval =
    error === 0 ? sharedValueInterval(value, count, { low: 0, high: 1 }) : meanInterval(value, error, count);
  return { value, interval };
}
