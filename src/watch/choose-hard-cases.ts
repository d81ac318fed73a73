import type { HardReason } from "../domain/watch-queue.ts";

/** A candidate for the queue. */
export type HardCase = { id: string; reasons: readonly HardReason[]; vector: Float64Array; timeMs: number };

/** Cosine of two prompts from which they count as duplicates. */
const SAME_QUESTION = 0.97;

/** Maximum number of candidates that are compared with each other, newest first. */
const MOST_CANDIDATES = 5_000;

/** The selected cases, in order of selection, and the others. */
export type ChosenCases = { chosen: HardCase[]; nearDuplicates: number; overBudget: number; tooMany: number };

/**
 * Chooses hard cases within a budget: near-duplicates count once, as the newest of them; then reasons take turns, and
 * each takes the case that is farthest from all chosen ones (farthest-first traversal), so that few rows cover many
 * questions. The choice does not depend on the order of the candidates.
 *
 * @source Gonzalez 1985, "Clustering to minimize the maximum intercluster distance"
 */
export function chooseHardCases(candidates: readonly HardCase[], budgetRows: number): ChosenCases {
  const ordered = candidates.toSorted((a, b) => b.timeMs - a.timeMs || (a.id < b.id ? -1 : 1));
  const looked = ordered.slice(0, MOST_CANDIDATES);
  const distinct: HardCase[] = [];
  for (const hardCase of looked) {
    if (!distinct.some((other) => cosine(other.vector, hardCase.vector) >= SAME_QUESTION)) distinct.push(hardCase);
  }
  const chosen: HardCase[] = [];
  const nearest = new Map(distinct.map((hardCase) => [hardCase.id, Infinity]));
  const reasons = [...new Set(distinct.flatMap((hardCase) => hardCase.reasons))].toSorted();
  for (let turn = 0; chosen.length < budgetRows && nearest.size > 0; turn++) {
    const reason = reasons[turn % reasons.length]!;
    const next = farthest(distinct, { nearest, reason });
    if (next === undefined) continue; // no case with this reason is left
    chosen.push(next);
    nearest.delete(next.id);
    for (const hardCase of distinct) {
      const known = nearest.get(hardCase.id);
      if (known !== undefined) nearest.set(hardCase.id, Math.min(known, 1 - cosine(hardCase.vector, next.vector)));
    }
  }
  return {
    chosen,
    nearDuplicates: looked.length - distinct.length,
    overBudget: distinct.length - chosen.length,
    tooMany: ordered.length - looked.length,
  };
}

function farthest(
  distinct: readonly HardCase[],
  { nearest, reason }: { nearest: ReadonlyMap<string, number>; reason: HardReason },
): HardCase | undefined {
  let best: HardCase | undefined;
  let most = -1;
  for (const hardCase of distinct) {
    const distance = nearest.get(hardCase.id);
    if (distance === undefined || distance <= most || !hardCase.reasons.includes(reason)) continue;
    [best, most] = [hardCase, distance];
  }
  return best;
}

/** Cosine of two unit vectors. */
function cosine(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Maximum number of neighbours in a set that are examined. */
const MOST_NEIGHBOURS = 2_000;

/**
 * Distance of vectors to the nearest of a set: 1 minus the cosine.
 *
 * @param known the set; only its first 2,000 are used
 */
export function nearestDistances(vectors: readonly Float64Array[], known: readonly Float64Array[]): number[] {
  const set = known.slice(0, MOST_NEIGHBOURS);
  return vectors.map((vector) => {
    let best = -1;
    for (const other of set) best = Math.max(best, cosine(vector, other));
    return 1 - best;
  });
}
