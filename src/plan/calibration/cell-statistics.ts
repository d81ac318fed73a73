import type { Residual } from "../../domain/calibration.ts";

/** One source in one cell: its rows, the centre of their logarithmic residuals and their variance about it. */
export type SourceStatistics = {
  source: string;
  n: number;
  /** Weighted median of ln(measured / physics). */
  centre: number;
  /** Null where a single row says nothing of a spread. */
  variance: number | null;
};

/** Key of a cell: the values of the named facets, in their order. */
export function cellKey(facets: Readonly<Record<string, string>>, names: readonly string[]): string {
  let key = "";
  for (const name of names) key += `${facets[name] ?? ""}|`;
  return key;
}

/** Groups residuals into cells by the named facets, and the rows of a cell by their source. */
export function cellsBy(
  residuals: readonly Residual[],
  names: readonly string[],
): ReadonlyMap<string, readonly SourceStatistics[]> {
  const cells = groupBy(residuals, ({ facets }) => cellKey(facets, names));
  return new Map(
    [...cells].map(([key, rows]) => [
      key,
      [...groupBy(rows, ({ source }) => source)].map(([source, own]) => sourceStatistics(source, own)),
    ]),
  );
}

function sourceStatistics(source: string, residuals: readonly Residual[]): SourceStatistics {
  const points = residuals
    .flatMap(({ logRatios, n }) => logRatios.map((value) => ({ value, weight: n / logRatios.length })))
    .toSorted((a, b) => a.value - b.value);
  const n = residuals.reduce((sum, row) => sum + row.n, 0);
  const centre = weightedMedian(points, n);
  if (n < 2) return { source, n, centre, variance: null };
  const squares = points.reduce((sum, { value, weight }) => sum + weight * (value - centre) ** 2, 0);
  return { source, n, centre, variance: squares / (n - 1) };
}

/** Median of sorted weighted values: the middle of the two that meet at half the weight. */
function weightedMedian(points: readonly { value: number; weight: number }[], total: number): number {
  let below = 0;
  for (const [index, { value, weight }] of points.entries()) {
    below += weight;
    if (below > total / 2 + 1e-9) return value;
    if (below > total / 2 - 1e-9) return (value + (points[index + 1]?.value ?? value)) / 2;
  }
  return points.at(-1)!.value;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
