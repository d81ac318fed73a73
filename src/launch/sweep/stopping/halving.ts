import { goOnCount } from "../../../statistics/halving.ts";
import { insertSorted, ranked, type Stopping } from "./stopping.ts";

/** Settings of stop-type successive halving. */
export type HalvingSettings = {
  rungs: readonly number[];
  eta: number;
  maxSteps: number;
  /** Number of first trials at a rung that all stop there, because there are too few others to compare them with. */
  firstTrials: number;
};

/**
 * Stop-type asynchronous successive halving: at a rung, a trial continues if it is among the best 1/eta of all trials
 * that have reached it, including itself; otherwise it stops for good.
 *
 * @source Li et al. 2020; decisions as in optuna.pruners.SuccessiveHalvingPruner 4.1
 */
export function halving({ rungs, eta, maxSteps, firstTrials }: HalvingSettings): Stopping {
  const values: number[][] = rungs.map(() => []);
  const passed = new Map<number, number>();
  return {
    firstSteps: maxSteps,
    report: ({ trial, step, value }) => {
      let rung = passed.get(trial) ?? 0;
      for (; rung < rungs.length && step >= rungs[rung]!; rung++) {
        if (Number.isNaN(value)) return "stop";
        const reported = values[rung]!;
        insertSorted(reported, ranked(value), (entry) => entry);
        if (reported.length <= firstTrials) return "stop";
        if (ranked(value) > reported[goOnCount(reported.length, eta) - 1]!) return "stop";
      }
      passed.set(trial, rung);
      return "go-on";
    },
    complete: () => undefined,
    promote: () => undefined,
  };
}
