/** A label given by a rater. */
export type Label = string | number;

/** The labels of one item, one entry per rater; null if the rater gave none. */
export type ItemLabels = readonly (Label | null)[];

/** A coefficient of agreement, or the reason why it has no value. */
export type Agreement = { readonly value: number } | { readonly value: null; readonly reason: string };

/** Items with at least two labels, as counts per category. */
export interface CategoryCounts {
  /** Categories that occur: numbers by size, text by code points. */
  readonly categories: readonly Label[];
  /** Labels per item and category; items with fewer than two labels are omitted. */
  readonly items: readonly Uint16Array[];
  /** Number of labels per item. */
  readonly sizes: readonly number[];
}

/** Counts the labels of each item. */
export function countCategories(items: readonly ItemLabels[], pairableOnly = true): CategoryCounts {
  const categories = categoriesOf(items);
  const place = new Map(categories.map((category, k) => [category, k]));
  const counts: Uint16Array[] = [];
  const sizes: number[] = [];
  for (const labels of items) {
    const given = labels.filter((label) => label !== null);
    if (given.length < (pairableOnly ? 2 : 1)) continue;
    const row = new Uint16Array(categories.length);
    for (const label of given) row[place.get(label)!]! += 1;
    counts.push(row);
    sizes.push(given.length);
  }
  return { categories, items: counts, sizes };
}

/** Categories that occur. */
export function categoriesOf(items: readonly ItemLabels[]): Label[] {
  const seen = new Set<Label>();
  for (const labels of items) for (const label of labels) if (label !== null) seen.add(label);
  return [...seen].toSorted(compareLabels);
}

/** Orders numbers by size, before text by code points. */
function compareLabels(first: Label, second: Label): number {
  if (typeof first === "number" && typeof second === "number") return first - second;
  if (typeof first !== typeof second) return typeof first === "number" ? -1 : 1;
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Weight of agreement between two categories of `count` ordered ones: 1 if they are equal, 0 at the far ends. */
export type Weighting = "unweighted" | "linear" | "quadratic";

/**
 * The weights of all pairs of categories. Values are the categories themselves if all are numbers, otherwise their
 * ranks.
 */
export function agreementWeights(categories: readonly Label[], weighting: Weighting): number[][] {
  const values = categories.every((category) => typeof category === "number")
    ? categories
    : categories.map((_, k) => k);
  const span = values.length > 1 ? values.at(-1)! - values[0]! : 1;
  return values.map((a) =>
    values.map((b) => {
      if (weighting === "unweighted") return a === b ? 1 : 0;
      const gap = Math.abs(a - b) / span;
      return weighting === "linear" ? 1 - gap : 1 - gap * gap;
    }),
  );
}
