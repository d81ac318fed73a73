import type { PiiMeasurement } from "../domain/pii.ts";
import { wilson } from "../statistics/interval.ts";

/** Number of places that a search is estimated to have missed, from its measured recall. */
export type Residue = { low: number; middle: number; high: number; recallLow: number; recallHigh: number };

/**
 * Estimates how many places a search missed: for `found` places and a recall of r, `found × (1 - r) / r`. The ends use
 * the lowest and the highest 95 % limit (Wilson) of the recall over all sets, the middle the pooled recall. It assumes
 * rows similar to those of the sets; false alarms among the found places make it too high. Data that no recogniser
 * searches for are not included.
 *
 * @returns null if no set has the kind
 */
export function residueOf(found: number, measured: readonly PiiMeasurement[]): Residue | null {
  const sets = measured.flatMap(({ known, recall }) => (recall === null ? [] : [{ known, recall }]));
  if (sets.length === 0) return null;
  const limits = sets.map(({ known, recall }) => wilson(Math.round(recall * known), known));
  const recallLow = Math.min(...limits.map(({ low }) => low));
  const recallHigh = Math.max(...limits.map(({ high }) => high));
  const known = sets.reduce((sum, set) => sum + set.known, 0);
  const right = sets.reduce((sum, set) => sum + set.recall * set.known, 0);
  const missed = (recall: number): number => (found * (1 - recall)) / recall;
  return { low: missed(recallHigh), middle: missed(right / known), high: missed(recallLow), recallLow, recallHigh };
}
