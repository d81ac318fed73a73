import type { CalibratedQuantity, Residual } from "../../domain/calibration.ts";

/**
 * Kind of run of a measurement or an estimate, by named facets: `{ kind: "allocated", stack: "hf", ... }`. Every run
 * has the facet `library`, which every cell keeps: `known`, or `unknown` if the physics is that of another library.
 */
export type Facets = Readonly<Record<string, string>>;

/** Facets that must match, from the narrowest cell to the widest cell that is still informative. */
export type Ladder = readonly (readonly string[])[];

/** Measurements that calibrate an estimate: published ones, and the user's own, which take precedence. */
export type Calibration = { published: readonly Residual[]; own: readonly Residual[] };

/** Facets that a run may share with other runs of its user; for memory also the kind. */
export type RunName = { cell: string; model: string; layout: string; setting: string; kind: string };

/** A user's measurements of one run: their number, the median of ln(measured / physics), and its scatter. */
export type OwnRun = RunName & { source: string; n: number; centre: number; within: number | null };

/**
 * A query of a calibration: a quantity of a kind of run, and how wide the search may be. `run` identifies the run
 * within its kind, which determines how relevant a user's own measurements are.
 */
export type CellRequest = { quantity: CalibratedQuantity; facets: Facets; ladder: Ladder; run?: Residual["run"] };

const memory = new WeakMap<Calibration, Map<string, Calibration>>();

/**
 * The calibration without one source. An estimate of a measured run is a fair test only if the source of that run is
 * excluded.
 */
export function withoutSource(calibration: Calibration, source: string): Calibration {
  const known = memory.get(calibration) ?? new Map<string, Calibration>();
  memory.set(calibration, known);
  const found = known.get(source);
  if (found) return found;
  const others = (rows: readonly Residual[]): Residual[] => rows.filter((row) => row.source !== source);
  const without = { published: others(calibration.published), own: others(calibration.own) };
  known.set(source, without);
  return without;
}

/**
 * Published residuals combined with a user's own. A user's source with the name of a published one replaces it, so that
 * nothing is counted twice.
 */
export function mergeCalibration(published: Calibration, own: readonly Residual[]): Calibration {
  const named = new Set(own.map(({ source }) => source));
  return {
    published: published.published.filter(({ source }) => !named.has(source)),
    own: [...published.own.filter(({ source }) => !named.has(source)), ...own],
  };
}
