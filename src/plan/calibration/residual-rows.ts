import { quantileSorted } from "../../base/quantile.ts";
import type { CalibratedQuantity, Residual } from "../../domain/calibration.ts";
import type { Facets } from "./calibration.ts";
import { type Physics, uncertainRatio } from "./uncertain-part.ts";

/** One measurement and the physics of the same run. */
export type MeasuredRun<Q extends string = CalibratedQuantity> = {
  quantity: Q;
  facets: Facets;
  source: string;
  measured: number;
  run?: Residual["run"];
  /** GiB of memory for weights, gradients and optimizer state. */
  stateGib?: number;
} & Physics;

/** Quantiles that represent more than five residuals; each represents a fifth of the rows. */
const KEPT = [0.1, 0.3, 0.5, 0.7, 0.9] as const;

/**
 * Residuals by quantity, cell and source, in an order that does not depend on that of the runs.
 *
 * @param runs  measured and physics positive, held less than physics
 * @param isOwn  a user's own runs, which are kept separate
 */
export function residualRows<Q extends string>(
  runs: readonly MeasuredRun<Q>[],
  isOwn = false,
): (Omit<Residual, "quantity"> & { quantity: Q })[] {
  const groups = new Map<string, MeasuredRun<Q>[]>();
  for (const run of runs) {
    const own = isOwn ? Object.values(run.run ?? {}) : [];
    const key = [run.quantity, ...Object.values(run.facets), run.source, ...own].join("|");
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const { quantity, facets, source, run } = group[0]!;
      const logs = Float64Array.from(group, (run) => Math.log(uncertainRatio(run.measured, run))).toSorted();
      const kept = logs.length <= KEPT.length ? [...logs] : KEPT.map((entry) => quantileSorted(logs, entry));
      const logRatios = kept.map((value) => Number(value.toFixed(3)));
      return { quantity, facets, source, n: group.length, ...(isOwn && run ? { run } : {}), logRatios };
    });
}
