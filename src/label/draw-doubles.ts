import { sha256 } from "../base/hash.ts";

/**
 * Draws the rows that two people label: the stated share of each stratum, rounded so that the total is right (largest
 * remainder). The choice depends only on the seed and the ids of the rows, not on the order of the file.
 *
 * @param rows rows without gold rows, which every annotator answers
 */
export function drawDoubles(
  rows: readonly { row: string; stratum: string | null }[],
  { share, seed }: { share: number; seed: number },
): ReadonlySet<string> {
  const strata = new Map<string, string[]>();
  for (const { row, stratum } of rows) {
    const key = stratum ?? "";
    strata.set(key, [...(strata.get(key) ?? []), row]);
  }
  const quotas = [...strata.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([stratum, ids]) => ({ ids, stratum, exact: ids.length * share, count: Math.floor(ids.length * share) }));
  let left = Math.round(rows.length * share) - quotas.reduce((sum, { count }) => sum + count, 0);
  for (const quota of quotas.toSorted((a, b) => b.exact - b.count - (a.exact - a.count))) {
    if (left <= 0) break;
    if (quota.count === quota.ids.length) continue;
    quota.count += 1;
    left -= 1;
  }
  return new Set(
    quotas.flatMap(({ ids, count }) =>
      ids
        .map((id) => ({ id, place: sha256(`${seed} ${id}`) }))
        .toSorted((a, b) => (a.place < b.place ? -1 : 1))
        .slice(0, count)
        .map(({ id }) => id),
    ),
  );
}
