import { categoriesOf, type ItemLabels, type Label } from "../statistics/agreement/ratings.ts";

/** A label that a rater gave to an item. */
export type RatedLabel = {
  item: string;
  rater: string;
  label: Label;
  /** Version of the guideline; null if it is unknown. */
  version: string | null;
};

/** Labels as a table: one row per item, one column per rater. */
export type LabelTable = {
  items: readonly ItemLabels[];
  raters: readonly string[];
  /** Items with two or more labels. */
  pairable: readonly ItemLabels[];
  categories: readonly Label[];
  isNumeric: boolean;
};

/** Puts labels into a table. If a rater gave several labels to an item, the last one counts. */
export function labelTable(labels: readonly RatedLabel[]): LabelTable {
  const raters = [...new Set(labels.map(({ rater }) => rater))].toSorted();
  const place = new Map(raters.map((rater, index) => [rater, index]));
  const rows = new Map<string, (Label | null)[]>();
  for (const { item, rater, label } of labels) {
    let row = rows.get(item);
    if (row === undefined) {
      row = raters.map(() => null);
      rows.set(item, row);
    }
    row[place.get(rater)!] = label;
  }
  const items = [...rows.values()];
  return {
    items,
    raters,
    pairable: items.filter((row) => row.filter((label) => label !== null).length >= 2),
    categories: categoriesOf(items),
    isNumeric: labels.length > 0 && labels.every(({ label }) => typeof label === "number"),
  };
}
