import { seededRandom } from "../../base/random.ts";
import type { JudgeCheck, JudgeMeasure } from "../../domain/judge-check.ts";
import type { JudgeThresholds } from "../../domain/judge-thresholds.ts";
import { bootstrap, cohenKappa, newcombe, wilson } from "../../statistics/index.ts";
import { judgedRate } from "./judged-rate.ts";
import type { JudgedRow, LabelsFrom } from "./judged-row.ts";

/** Options of the check. */
export type JudgeTerms = {
  /** Labels that count as true. */
  positive: readonly string[];
  thresholds: JudgeThresholds;
  labelsFrom: LabelsFrom;
  /** Verdicts that the judge may give. Default: the labels that people gave. */
  verdicts?: readonly string[] | undefined;
};

/** Seed and resamples of the interval of kappa. */
const BOOTSTRAP = { seed: 18, resamples: 2000 };

/** Compares a judge with human labels and decides whether it may be used. */
export function checkJudge(rows: readonly JudgedRow[], terms: JudgeTerms): Omit<JudgeCheck, "file"> {
  const { positive, thresholds } = terms;
  const labelled = rows.filter((row): row is LabelledRow => row.human !== undefined);
  const categories = [...new Set(labelled.map(({ human }) => human))].toSorted();
  const verdicts = terms.verdicts ?? categories;
  const isParsed = ({ judge }: JudgedRow): boolean => verdicts.includes(judge);
  const parsed = labelled.filter(isParsed);
  const isTrue = (label: string): boolean => positive.includes(label);
  const trueRows = parsed.filter(({ human }) => isTrue(human));
  const falseRows = parsed.filter(({ human }) => !isTrue(human));
  const swapped = rows.filter(({ swapped: other }) => other !== undefined);
  const measures = {
    unparsable: share(rows.filter((row) => !isParsed(row)).length, rows.length),
    agreement: share(parsed.filter(({ human, judge }) => human === judge).length, parsed.length),
    kappa: kappaOf(parsed),
    sensitivity: share(trueRows.filter(({ judge }) => isTrue(judge)).length, trueRows.length),
    specificity: share(falseRows.filter(({ judge }) => !isTrue(judge)).length, falseRows.length),
    flipRate: share(swapped.filter((row) => row.swapped !== row.judge).length, swapped.length),
    lengthEffect: lengthEffect(parsed, isTrue),
    selfPreference: errorGap(
      parsed.filter(({ isOwn }) => isOwn === true),
      parsed.filter(({ isOwn }) => isOwn === false),
      isTrue,
    ),
  };
  const reasons = reasonsAgainst(measures, labelled.length, thresholds);
  const accuracy = { sensitivity: measures.sensitivity, specificity: measures.specificity };
  return {
    rows: rows.length,
    labels: labelled.length,
    categories,
    positive: [...positive],
    ...measures,
    rate: judgedRate(rows.filter(isParsed), { isTrue, accuracy, labelsFrom: terms.labelsFrom }),
    thresholds,
    admitted: reasons.length === 0,
    reasons,
  };
}

type LabelledRow = JudgedRow & { human: string };

type Measures = Pick<JudgeCheck, "unparsable" | "kappa" | "sensitivity" | "specificity" | "flipRate">;

function reasonsAgainst(measures: Measures, labels: number, thresholds: JudgeThresholds): string[] {
  const atLeast = (name: string, { value, interval }: JudgeMeasure, least: number): string[] => {
    if (interval === null) return [`${name} cannot be measured: the labels do not vary`];
    if (interval.low >= least) return [];
    return [
      `${name} is ${decimals(value!)} with a lower bound of ${decimals(interval.low)}; the lower bound must be at least ${least}`,
    ];
  };
  const atMost = (name: string, { value }: JudgeMeasure, most: number): string[] =>
    value === null || value <= most ? [] : [`${name} is ${percent(value)}; the limit is ${percent(most)}`];
  return [
    ...(labels < thresholds.minLabels ? [`${labels} human labels; at least ${thresholds.minLabels} are required`] : []),
    ...atLeast("kappa", measures.kappa, thresholds.minKappa),
    ...atLeast("sensitivity", measures.sensitivity, thresholds.minSensitivity),
    ...atLeast("specificity", measures.specificity, thresholds.minSpecificity),
    ...atMost(
      "the share of verdicts that change with the order of the answers",
      measures.flipRate,
      thresholds.maxFlipRate,
    ),
    ...atMost("the share of answers without a verdict", measures.unparsable, thresholds.maxUnparsable),
  ];
}

function kappaOf(rows: readonly LabelledRow[]): JudgeMeasure {
  const pairs = rows.map(({ human, judge }) => [human, judge] as const);
  const { value } = cohenKappa(pairs);
  if (value === null) return { value, interval: null, n: pairs.length };
  const statistic = (units: Uint32Array): number =>
    cohenKappa(Array.from(units, (unit) => pairs[unit]!)).value ?? Number.NaN;
  const { interval } = bootstrap(pairs.length, statistic, {
    random: seededRandom(BOOTSTRAP.seed),
    resamples: BOOTSTRAP.resamples,
    kind: "percentile",
  });
  return { value, interval, n: pairs.length };
}

/** Errors towards true on the longer half of the answers, minus those on the shorter half. */
function lengthEffect(rows: readonly LabelledRow[], isTrue: (label: string) => boolean): JudgeMeasure {
  const measured = rows.filter(({ length }) => length !== undefined).toSorted((a, b) => a.length! - b.length!);
  const half = Math.floor(measured.length / 2);
  return errorGap(measured.slice(measured.length - half), measured.slice(0, half), isTrue);
}

function errorGap(
  first: readonly LabelledRow[],
  second: readonly LabelledRow[],
  isTrue: (label: string) => boolean,
): JudgeMeasure {
  const n = first.length + second.length;
  if (first.length === 0 || second.length === 0) return { value: null, interval: null, n };
  const errors = (rows: readonly LabelledRow[]) => ({
    successes: rows.filter(({ human, judge }) => isTrue(judge) && !isTrue(human)).length,
    n: rows.length,
  });
  const [one, two] = [errors(first), errors(second)];
  return { value: one.successes / one.n - two.successes / two.n, interval: newcombe(one, two), n };
}

/** A share with Wilson's interval; undefined without rows. */
function share(count: number, n: number): JudgeMeasure {
  return n === 0 ? { value: null, interval: null, n } : { value: count / n, interval: wilson(count, n), n };
}

function percent(value: number): string {
  return `${Number((100 * value).toFixed(1))} %`;
}

/** Three decimals, and no minus sign before a zero. */
function decimals(value: number): string {
  const text = value.toFixed(3);
  return text === "-0.000" ? "0.000" : text;
}
