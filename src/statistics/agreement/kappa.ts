import {
  type Agreement,
  agreementWeights,
  categoriesOf,
  countCategories,
  type ItemLabels,
  type Weighting,
} from "./ratings.ts";

/**
 * Share of agreeing pairs of labels: the mean over items of the share of pairs that agree (for two raters, the share of
 * items).
 */
export function percentAgreement(items: readonly ItemLabels[]): Agreement {
  const { items: counts, sizes } = countCategories(items);
  if (counts.length === 0) return none("no item has two labels");
  let sum = 0;
  for (const [i, row] of counts.entries()) sum += agreeingPairs(row) / (sizes[i]! * (sizes[i]! - 1));
  return { value: sum / counts.length };
}

/** Share of agreeing pairs among all pairs of all items, each pair counting once. */
export function pooledPairAgreement(items: readonly ItemLabels[]): Agreement {
  const { items: counts, sizes } = countCategories(items);
  let agreeing = 0;
  let pairs = 0;
  for (const [i, row] of counts.entries()) {
    agreeing += agreeingPairs(row);
    pairs += sizes[i]! * (sizes[i]! - 1);
  }
  return pairs === 0 ? none("no item has two labels") : { value: agreeing / pairs };
}

/**
 * Cohen's kappa of two raters over the items that both labelled; weighted for ordered categories.
 *
 * @source Cohen 1960, "A coefficient of agreement for nominal scales"; Cohen 1968 for weights
 */
export function cohenKappa(items: readonly ItemLabels[], weighting: Weighting = "unweighted"): Agreement {
  return twoRaters(items, weighting, (first, second) => ({ first, second }));
}

/** Scott's pi of two raters: chance agreement from the pooled distribution. @source Scott 1955 */
export function scottPi(items: readonly ItemLabels[], weighting: Weighting = "unweighted"): Agreement {
  return twoRaters(items, weighting, (first, second) => {
    const pooled = first.map((share, k) => (share + second[k]!) / 2);
    return { first: pooled, second: pooled };
  });
}

type Shares = readonly number[];

function twoRaters(
  items: readonly ItemLabels[],
  weighting: Weighting,
  chance: (first: Shares, second: Shares) => { first: Shares; second: Shares },
): Agreement {
  if ((items[0]?.length ?? 0) !== 2) return none("needs exactly two raters");
  const both = items.filter(([a, b]) => a !== null && b !== null);
  if (both.length === 0) return none("no item was labelled by both raters");
  const categories = categoriesOf(both);
  const weights = agreementWeights(categories, weighting);
  const place = new Map(categories.map((category, k) => [category, k]));
  const first = categories.map(() => 0);
  const second = categories.map(() => 0);
  let observed = 0;
  for (const [a, b] of both) {
    const j = place.get(a!)!;
    const k = place.get(b!)!;
    first[j]! += 1 / both.length;
    second[k]! += 1 / both.length;
    observed += weights[j]![k]! / both.length;
  }
  const shares = chance(first, second);
  let expected = 0;
  for (const [j, row] of weights.entries()) {
    for (const [k, weight] of row.entries()) expected += weight * shares.first[j]! * shares.second[k]!;
  }
  return aboveChance(observed, expected);
}

/** Fleiss's kappa: any number of raters, the same number of labels on each item. @source Fleiss 1971 */
export function fleissKappa(items: readonly ItemLabels[]): Agreement {
  const { categories, items: counts, sizes } = countCategories(items);
  if (counts.length === 0) return none("no item has two labels");
  if (sizes.some((size) => size !== sizes[0]))
    return none("items have different numbers of labels; use Krippendorff's alpha");
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shares = categories.map((_, k) => counts.reduce((sum, row) => sum + row[k]!, 0) / total);
  const observed = pooledPairAgreement(items).value!;
  return aboveChance(
    observed,
    shares.reduce((sum, share) => sum + share * share, 0),
  );
}

/**
 * Bennett's S of two raters: chance agreement is one over the number of categories.
 *
 * @param categoryCount  number of categories that a rater may choose from; default: those that occur
 */
export function bennettS(items: readonly ItemLabels[], categoryCount?: number): Agreement {
  if ((items[0]?.length ?? 0) !== 2) return none("needs exactly two raters");
  return randolphKappa(items, categoryCount);
}

/** Randolph's free-marginal kappa: Bennett's S for any number of raters. @source Randolph 2005 */
export function randolphKappa(items: readonly ItemLabels[], categoryCount?: number): Agreement {
  const observed = percentAgreement(items);
  if (observed.value === null) return observed;
  const count = categoryCount ?? categoriesOf(items).length;
  return aboveChance(observed.value, 1 / count);
}

/**
 * Gwet's AC1 (unweighted) or AC2 (weighted), with missing labels. It stays meaningful if one category is rare.
 *
 * @source Gwet 2014, "Handbook of inter-rater reliability", 4th edition, chapters 2, 3 and 5
 */
export function gwet(items: readonly ItemLabels[], weighting: Weighting = "unweighted"): Agreement {
  const { categories, items: counts, sizes } = countCategories(items, false);
  if (!sizes.some((size) => size >= 2)) return none("no item has two labels");
  const q = categories.length;
  if (q < 2) return none("all labels are of one category");
  const weights = agreementWeights(categories, weighting);
  const shares = categories.map(() => 0);
  let observed = 0;
  let pairable = 0;
  for (const [i, row] of counts.entries()) {
    const size = sizes[i]!;
    for (let k = 0; k < q; k++) shares[k]! += row[k]! / size / counts.length;
    if (size < 2) continue;
    pairable++;
    let agreeing = 0;
    for (let k = 0; k < q; k++) {
      let close = 0;
      for (let l = 0; l < q; l++) close += weights[k]![l]! * row[l]!;
      agreeing += row[k]! * (close - 1);
    }
    observed += agreeing / (size * (size - 1));
  }
  const totalWeight = weights.flat().reduce((sum, weight) => sum + weight, 0);
  const spread = shares.reduce((sum, share) => sum + share * (1 - share), 0);
  return aboveChance(observed / pairable, (totalWeight / (q * (q - 1))) * spread);
}

function agreeingPairs(row: Uint16Array): number {
  let pairs = 0;
  for (const count of row) pairs += count * (count - 1);
  return pairs;
}

function aboveChance(observed: number, expected: number): Agreement {
  if (1 - expected < 1e-12) return none("all labels are of one category: chance alone would agree");
  return { value: (observed - expected) / (1 - expected) };
}

function none(reason: string): Agreement {
  return { value: null, reason };
}
