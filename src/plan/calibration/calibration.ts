import type { CalibratedQuantity, Residual } from "../../domain/calibration.ts";

/**
 * What kind of run a measurement or an estimate is of, by named facets: `{ kind: "allocated", stack: "hf", ... }`. Every
 * run has the facet `library`, which no cell gives up: `known`, or `unknown` where the physics is that of another one.
 */
export type Facets = Readonly<Record<string, string>>;

/** Names of the facets that must agree, from the narrowest cell to the widest in which runs still say something. */
export type Ladder = readonly (readonly string[])[];

/** Measurements that correct an estimate: those that were published, and the user's own, which win where they cover. */
export type Calibration = { published: readonly Residual[]; own: readonly Residual[] };

/** What a run may have in common with others of its user, and of memory which kind it is. */
export type RunName = { cell: string; model: string; layout: string; setting: string; kind: string };

/** What a user measured of one run: how many times, the median of ln(measured / physics), and the scatter about it. */
export type OwnRun = RunName & { source: string; n: number; centre: number; within: number | null };

/**
 * What is asked of a calibration: a quantity of a kind of run, and how far from it one may look. `run` says which run of
 * its kind it is, by which a user's own measurements tell more or less of it.
 */
export type CellRequest = { quantity: CalibratedQuantity; facets: Facets; ladder: Ladder; run?: Residual["run"] };

const memory = new WeakMap<Calibration, Map<string, Calibration>>();

/**
 * The calibration as it would be had a source never been read. An estimate of a run is only honest where the source
 * of that run is left out.
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
 * Published residuals together with a user's own. A source of the user's that has the name of a published one
 * stands for it, so that nothing is counted twice.
 */
export function mergeCalibration(published: Calibration, own: readonly Residual[]): Calibration {
  const named = new Set(own.map(({ source }) => source));
  return {
    published: published.published.filter(({ source }) => !named.has(source)),
    own: [...published.own.filter(({ source }) => !named.has(source)), ...own],
  };
}
