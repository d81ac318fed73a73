import type { FieldImportance, SweepSpace, TrialValues } from "../../domain/sweep.ts";
import { axesOf, placeOf } from "./search/parameter.ts";

/** Minimum number of trials for an estimate of importance. */
const FEWEST_FOR_IMPORTANCE = 10;

/** Share of trials that count as good. */
const GOOD_SHARE = 0.25;

/** Number of cells into which an axis is divided. */
const CELLS = 8;

/**
 * Importance of each field for a trial to be among the best quarter: the Pearson divergence between the positions of
 * the good trials and those of all trials, both counted in cells, as a share of the sum over all fields.
 *
 * @param scored  trials with a score; lower is better
 * @returns most important first; empty with fewer than ten trials, or if no field has any divergence
 * @source Watanabe et al. 2023, "PED-ANOVA", equation 16 with a histogram instead of a kernel density
 */
export function fieldImportance(
  space: SweepSpace,
  scored: readonly { values: TrialValues; score: number }[],
): FieldImportance[] {
  if (scored.length < FEWEST_FOR_IMPORTANCE) return [];
  const ranked = scored.toSorted((a, b) => a.score - b.score);
  const good = ranked.slice(0, Math.ceil(GOOD_SHARE * ranked.length));
  const divergences = axesOf(space).map((axis) => {
    const countsOf = (trials: readonly { values: TrialValues }[]): number[] => {
      const counts = Array.from({ length: CELLS }, () => 1 / CELLS); // an empty cell is not impossible
      for (const { values } of trials) {
        const place = placeOf(axis, values[axis.field] ?? Number.NaN);
        if (place !== undefined) counts[Math.min(CELLS - 1, Math.floor(place * CELLS))]! += 1;
      }
      const sum = counts.reduce((total, count) => total + count, 0);
      return counts.map((count) => count / sum);
    };
    const all = countsOf(ranked);
    const best = countsOf(good);
    const divergence = all.reduce((sum, share, cell) => sum + share * (best[cell]! / share - 1) ** 2, 0);
    return { field: axis.field, divergence };
  });
  const total = divergences.reduce((sum, { divergence }) => sum + divergence, 0);
  if (total === 0) return [];
  return divergences
    .map(({ field, divergence }) => ({ field, share: divergence / total }))
    .toSorted((a, b) => b.share - a.share || (a.field < b.field ? -1 : 1));
}
