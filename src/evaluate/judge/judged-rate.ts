import type { JudgeCheck, JudgeMeasure } from "../../domain/judge-check.ts";
import { predictionPoweredMean, roganGladen, wilson } from "../../statistics/index.ts";
import type { JudgedRow, LabelsFrom } from "./judged-row.ts";

/** Input for correcting a rate. */
export type RateTerms = {
  isTrue: (label: string) => boolean;
  accuracy: { sensitivity: JudgeMeasure; specificity: JudgeMeasure };
  labelsFrom: LabelsFrom;
};

/**
 * Share of true rows over all rows, all of which the judge labelled and some of which people labelled: PPI++ if the
 * human labels are a random sample of the rows, Rogan and Gladen's correction if they are on other rows.
 */
export function judgedRate(
  rows: readonly JudgedRow[],
  { isTrue, accuracy, labelsFrom }: RateTerms,
): JudgeCheck["rate"] {
  const verdicts = rows.map(({ judge }) => Number(isTrue(judge)));
  const labelled = rows.filter(({ human }) => human !== undefined);
  const rest = rows.filter(({ human }) => human === undefined).map(({ judge }) => Number(isTrue(judge)));
  const judge = rateOf(verdicts);
  if (rest.length === 0 && labelled.length > 0) {
    return { judge, corrected: rateOf(labelled.map(({ human }) => Number(isTrue(human!)))), method: "people" };
  }
  if (labelled.length < 2) return { judge, corrected: judge, method: "uncorrected" };
  if (labelsFrom === "sample") {
    const labels = labelled.map(({ human }) => Number(isTrue(human!)));
    const { estimate, interval } = predictionPoweredMean({
      labels,
      judged: labelled.map((row) => Number(isTrue(row.judge))),
      unlabelled: rest,
    });
    // Labels that are all the same have no spread: their own interval says what a sample of that size can miss.
    const isSame = labels.every((label) => label === labels[0]);
    const spread = (isSame ? rateOf(labels).interval : null) ?? interval;
    return { judge, corrected: { value: estimate, interval: spread, n: rows.length }, method: "ppi++" };
  }
  const { sensitivity, specificity } = accuracy;
  const scored = rateOf(rest);
  if (scored.value === null || sensitivity.value === null || specificity.value === null) {
    return { judge, corrected: judge, method: "uncorrected" };
  }
  const corrected = roganGladen(scored.value, scored.n, {
    sensitivity: sensitivity.value,
    positives: sensitivity.n,
    specificity: specificity.value,
    negatives: specificity.n,
  });
  if (corrected === null) return { judge: scored, corrected: scored, method: "uncorrected" };
  const { estimate, interval } = corrected;
  return { judge: scored, corrected: { value: estimate, interval, n: scored.n }, method: "rogan-gladen" };
}

function rateOf(values: readonly number[]): JudgeMeasure {
  const count = values.reduce((sum, value) => sum + value, 0);
  const n = values.length;
  return n === 0 ? { value: null, interval: null, n } : { value: count / n, interval: wilson(count, n), n };
}
