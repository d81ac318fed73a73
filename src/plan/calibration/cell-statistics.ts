import type { Residual } from "../../domain/calibration.ts";
import type { OwnRun, RunName } from "./calibration.ts";
import { meanAbsoluteDeviation, type Points, quantileOf } from "./weighted-points.ts";

/** One source in one cell: the distribution of its logarithmic residuals. */
export type SourceStatistics = {
  source: string;
  n: number;
  /** ln(measured / physics), ascending, with weights that sum to one. */
  points: Points;
  /** Median. */
  centre: number;
  /** Standard deviation about the median; null for a single row. */
  within: number | null;
};

/** Key of a cell: the values of the named facets, in order. */
export function cellKey(facets: Readonly<Record<string, string>>, names: readonly string[]): string {
  let key = "";
  for (const name of names) key += `${facets[name] ?? ""}|`;
  return key;
}

/** Text of a cell: the values of its facets. A known library is not mentioned, and an unknown one only once. */
export function cellWords(facets: Readonly<Record<string, string>>, names: readonly string[]): string {
  const said = names.filter((name) => name !== "library" && facets[name] !== "unknown").map((name) => facets[name]);
  return [...(facets["library"] === "unknown" ? ["unknown library"] : []), ...said].join(", ");
}

/** Measurements of one source in one cell, for any quantity. */
type CellRow = Pick<Residual, "facets" | "source" | "n"> & { logRatios: readonly number[] };

/** Groups residuals into cells by the named facets, and the rows of a cell by their source. */
export function cellsBy(
  residuals: readonly CellRow[],
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

/** Groups a user's own residuals into cells by the named facets, keeping runs separate. */
export function ownCellsBy(
  residuals: readonly Residual[],
  names: readonly string[],
): ReadonlyMap<string, readonly OwnRun[]> {
  const cells = groupBy(residuals, ({ facets }) => cellKey(facets, names));
  return new Map(
    [...cells].map(([key, rows]) => [
      key,
      [...groupBy(rows, (row) => Object.values({ ...runName(row), source: row.source }).join("|")).values()].map(
        (own) => {
          const { source, n, centre, within } = sourceStatistics(own[0]!.source, own);
          return { ...runName(own[0]!), source, n, centre, within };
        },
      ),
    ]),
  );
}

/** The run of a residual or a request. */
export function runName({ facets, run }: Pick<Residual, "facets" | "run">): RunName {
  const kinds = Object.keys(facets).filter((name) => !APART.includes(name));
  return {
    cell: cellKey(facets, kinds),
    model: run?.model ?? "",
    layout: run?.layout ?? "",
    setting: run?.setting ?? "",
    kind: facets["kind"] ?? "",
  };
}

/** Facets that state which number was measured and where, but not the kind of run. */
const APART = ["kind", "card", "gpu"];

function sourceStatistics(source: string, residuals: readonly CellRow[]): SourceStatistics {
  const n = residuals.reduce((sum, row) => sum + row.n, 0);
  const points = residuals
    .flatMap((row) => row.logRatios.map((value) => ({ value, weight: row.n / row.logRatios.length / n })))
    .toSorted((a, b) => a.value - b.value);
  const centre = quantileOf(points, 0.5);
  // Bessel's correction: the centre was estimated from the same rows.
  const within = n < 2 ? null : meanAbsoluteDeviation(points, centre) * Math.sqrt(n / (n - 1));
  return { source, n, points, centre, within };
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
