import { crc32 } from "node:zlib";

import { halving } from "./halving.ts";
import { geometricRungs } from "./rungs.ts";
import type { Report, Stopping } from "./stopping.ts";

/** Settings of Hyperband. */
export type HyperbandSettings = {
  minSteps: number;
  eta: number;
  maxSteps: number;
  /** Name of the sweep, which determines the bracket together with the number of a trial. */
  name: string;
};

/**
 * Hyperband: several brackets of stop-type halving, each with a later first rung than the previous one. A hash of its
 * number assigns a trial to a bracket. It hedges against curves that cross after the first rung.
 *
 * @source Li et al. 2018, "Hyperband"; brackets and shares as optuna.pruners.HyperbandPruner 4.1
 */
export function hyperband({ minSteps, eta, maxSteps, name }: HyperbandSettings): Stopping {
  const count = Math.floor(Math.log(maxSteps / minSteps) / Math.log(eta) + 1e-9) + 1;
  const shares = Array.from({ length: count }, (_, id) => {
    const s = count - 1 - id;
    return Math.ceil((count * eta ** s) / (s + 1));
  });
  const all = shares.reduce((sum, share) => sum + share, 0);
  const brackets = shares.map((_, id) =>
    halving({ rungs: geometricRungs(minSteps * eta ** id, eta, maxSteps), eta, maxSteps, firstTrials: 0 }),
  );
  const bracketOf = (trial: number): Stopping => {
    let place = crc32(`${name}_${trial}`) % all;
    return brackets[shares.findIndex((share) => (place -= share) < 0)]!;
  };
  return {
    firstSteps: maxSteps,
    report: (report: Report) => bracketOf(report.trial).report(report),
    complete: () => undefined,
    promote: () => undefined,
  };
}
