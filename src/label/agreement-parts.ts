import type { AgreementReport, LabelAgreement, RaterAgreement } from "../domain/agreement.ts";
import { dawidSkene } from "../statistics/agreement/dawid-skene.ts";
import { krippendorffAlpha } from "../statistics/agreement/krippendorff.ts";
import type { ItemLabels, Label } from "../statistics/agreement/ratings.ts";
import type { LabelTable } from "./label-table.ts";

/** Number of labels that are examined one by one, and the limit for estimating true labels. */
const MOST_LABELS = 100;

/** Agreement on each label against all others: alpha of the binary label, and the positive specific agreement. */
export function perLabel({ items, pairable, categories }: LabelTable): LabelAgreement[] {
  const given = new Map<Label, number>();
  for (const row of items) for (const label of row) if (label !== null) given.set(label, (given.get(label) ?? 0) + 1);
  return categories
    .toSorted((a, b) => given.get(b)! - given.get(a)!)
    .slice(0, MOST_LABELS)
    .map((label) => ({
      label: String(label),
      given: given.get(label)!,
      alpha: krippendorffAlpha(
        pairable.map((row) => row.map((entry) => (entry === null ? null : entry === label ? 1 : 0))),
        "nominal",
      ).value,
      specific: specificAgreement(pairable, label),
    }));
}

/**
 * Share of pairs with the label on both sides among those with it on one side.
 *
 * @source Fleiss 1981, "Statistical methods for rates and proportions", 2nd edition, chapter 13
 */
function specificAgreement(items: readonly ItemLabels[], label: Label): number | null {
  let agreeing = 0;
  let possible = 0;
  for (const row of items) {
    const labels = row.filter((entry) => entry !== null);
    const count = labels.filter((entry) => entry === label).length;
    agreeing += (count * (count - 1)) / (labels.length - 1);
    possible += count;
  }
  return possible === 0 ? null : agreeing / possible;
}

/** Comparison of each rater's labels with those of the others on the same items, and with the estimated true labels. */
export function perRater({ items, raters, categories }: LabelTable, isContinuous: boolean): RaterAgreement[] {
  const accuracy = isContinuous || categories.length > MOST_LABELS ? [] : raterAccuracy(items);
  return raters.map((rater, place) => {
    let labels = 0;
    let shared = 0;
    let agreement = 0;
    for (const row of items) {
      const own = row[place] ?? null;
      if (own === null) continue;
      labels += 1;
      const others = row.filter((label, index) => index !== place && label !== null);
      if (others.length === 0) continue;
      shared += 1;
      agreement += others.filter((label) => label === own).length / others.length;
    }
    return {
      rater,
      labels,
      shared,
      agreement: shared === 0 ? null : agreement / shared,
      accuracy: shared === 0 ? null : (accuracy[place] ?? null),
    };
  });
}

/** Probability of giving the true label, by the estimate of Dawid and Skene, weighted by how often each label is true. */
function raterAccuracy(items: readonly ItemLabels[]): number[] {
  if (!items.some((row) => row.filter((label) => label !== null).length >= 2)) return [];
  const { posteriors, confusion, categories } = dawidSkene(items);
  const shares = categories.map((_, k) => posteriors.reduce((sum, row) => sum + row[k]!, 0) / posteriors.length);
  return confusion.map((matrix) => shares.reduce((sum, share, k) => sum + share * matrix[k]![k]!, 0));
}

/**
 * Majority compared with the estimate of Dawid and Skene; null if no item has two labels, or there are too many labels.
 */
export function consensus({ pairable, categories }: LabelTable): AgreementReport["consensus"] {
  if (pairable.length === 0 || categories.length > MOST_LABELS) return null;
  const { posteriors, categories: known } = dawidSkene(pairable);
  let differ = 0;
  let ties = 0;
  for (const [index, row] of pairable.entries()) {
    const majority = majorityOf(row);
    if (majority === undefined) {
      ties += 1;
      continue;
    }
    const shares = posteriors[index]!;
    if (known[shares.indexOf(Math.max(...shares))] !== majority) differ += 1;
  }
  return { items: pairable.length, differ, ties };
}

/** The label that most raters gave; undefined for a tie. */
function majorityOf(row: ItemLabels): Label | undefined {
  const counts = new Map<Label, number>();
  for (const label of row) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  return sorted.length > 1 && sorted[0]![1] === sorted[1]![1] ? undefined : sorted[0]?.[0];
}
