import type { Random } from "../base/random.ts";
import type { AgreementMetric, AgreementReport } from "../domain/agreement.ts";
import {
  bennettS,
  cohenKappa,
  fleissKappa,
  gwet,
  percentAgreement,
  randolphKappa,
  scottPi,
} from "../statistics/agreement/kappa.ts";
import { krippendorffAlpha, krippendorffInterval, type Level } from "../statistics/agreement/krippendorff.ts";
import type { Agreement, ItemLabels } from "../statistics/agreement/ratings.ts";
import { bootstrap } from "../statistics/bootstrap.ts";
import { agreementFindings } from "./agreement-findings.ts";
import { consensus, perLabel, perRater } from "./agreement-parts.ts";
import { labelTable, type RatedLabel } from "./label-table.ts";

/** Resamples of an interval; fewer if the items have more labels than this allows. */
const RESAMPLES = 1_000;
const LEAST_RESAMPLES = 200;
const RESAMPLED_ITEMS = 4_000_000;

type Statistic = { name: string; of: (items: readonly ItemLabels[]) => Agreement };

/** Coefficients of labels on any scale. */
const NOMINAL: readonly Statistic[] = [
  { name: "percent-agreement", of: percentAgreement },
  { name: "cohen-kappa", of: (items) => cohenKappa(items) },
  { name: "scott-pi", of: (items) => scottPi(items) },
  { name: "fleiss-kappa", of: fleissKappa },
  { name: "gwet-ac1", of: (items) => gwet(items) },
  { name: "bennett-s", of: (items) => bennettS(items) },
  { name: "randolph-kappa", of: (items) => randolphKappa(items) },
];

/** Coefficients of numbers. */
const NUMERIC: readonly Statistic[] = [
  { name: "cohen-kappa-linear", of: (items) => cohenKappa(items, "linear") },
  { name: "cohen-kappa-quadratic", of: (items) => cohenKappa(items, "quadratic") },
  { name: "gwet-ac2-linear", of: (items) => gwet(items, "linear") },
  { name: "gwet-ac2-quadratic", of: (items) => gwet(items, "quadratic") },
];

/** Maximum number of different numbers for coefficients that treat each as a separate category. */
const MOST_CATEGORIES = 200;

/**
 * Every coefficient of agreement that the labels allow, each with an interval by resampling items (percentile
 * bootstrap), by label, by rater and by guideline version; with notes on interpretation. A coefficient without a value
 * states the reason.
 *
 * @param random for the intervals
 * @param isText whether labels are free texts, which no report lists
 */
export function agreementReport(labels: readonly RatedLabel[], random: Random, isText = false): AgreementReport {
  const table = labelTable(labels);
  const { items, raters, isNumeric, pairable, categories } = table;
  const isContinuous = isNumeric && categories.length > MOST_CATEGORIES;
  const draws = Math.round(
    Math.min(RESAMPLES, Math.max(LEAST_RESAMPLES, RESAMPLED_ITEMS / Math.max(1, pairable.length))),
  );
  const chosen = [...NOMINAL, ...(isNumeric ? NUMERIC : [])];
  const levels: Level[] = isNumeric ? ["nominal", "ordinal", "interval", "ratio"] : ["nominal"];
  const metrics = [
    ...chosen.map((statistic) =>
      isContinuous ? tooMany(statistic.name, categories.length) : withInterval(statistic, pairable, { random, draws }),
    ),
    ...levels.map((level) =>
      isContinuous && level !== "interval"
        ? tooMany(`krippendorff-alpha-${level}`, categories.length)
        : alphaMetric(pairable, level, { random, draws }),
    ),
  ];
  const report = {
    items: items.length,
    pairable: pairable.length,
    raters: raters.length,
    labels: labels.length,
    metrics,
    perLabel: isContinuous || isText ? [] : perLabel(table),
    perRater: perRater(table, isContinuous),
    perVersion: isContinuous ? [] : perVersion(labels),
    consensus: isContinuous ? null : consensus(table),
  };
  return { ...report, findings: agreementFindings(report, table, isContinuous ? RESAMPLES : draws) };
}

/** A coefficient that counts values one by one, for numbers that hardly repeat. */
function tooMany(name: string, values: number): AgreementMetric {
  return { name, value: null, ci95: null, reason: `${values} different numbers: only the interval level suits them` };
}

function withInterval(
  { name, of: compute }: Statistic,
  items: readonly ItemLabels[],
  { random, draws }: { random: Random; draws: number },
): AgreementMetric {
  const agreement = compute(items);
  if (agreement.value === null) return { name, value: null, ci95: null, reason: agreement.reason };
  const { interval } = bootstrap(
    items.length,
    (units) => compute(Array.from(units, (unit) => items[unit]!)).value ?? Number.NaN,
    { random, resamples: draws, kind: "percentile" },
  );
  return { name, value: agreement.value, ci95: interval === null ? null : [interval.low, interval.high] };
}

function alphaMetric(
  items: readonly ItemLabels[],
  level: Level,
  { random, draws }: { random: Random; draws: number },
): AgreementMetric {
  const name = `krippendorff-alpha-${level}`;
  const alpha = krippendorffAlpha(items, level);
  if (alpha.value === null) return { name, value: null, ci95: null, reason: alpha.reason };
  const interval = krippendorffInterval(items, level, {
    random,
    resamples: level === "interval" ? RESAMPLES : draws,
  });
  return { name, value: alpha.value, ci95: interval === null ? null : [interval.low, interval.high] };
}

function perVersion(labels: readonly RatedLabel[]): AgreementReport["perVersion"] {
  const versions = [...new Set(labels.flatMap(({ version }) => (version === null ? [] : [version])))];
  return versions
    .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((version) => {
      const { pairable } = labelTable(labels.filter((label) => label.version === version));
      return { version, pairable: pairable.length, alpha: krippendorffAlpha(pairable, "nominal").value };
    });
}
