import { describe, expect, test } from "vitest";

import { halving } from "../../../src/launch/sweep/stopping/halving.ts";
import { percentileRule } from "../../../src/launch/sweep/stopping/percentile.ts";
import { geometricRungs } from "../../../src/launch/sweep/stopping/rungs.ts";
import type { Stopping } from "../../../src/launch/sweep/stopping/stopping.ts";
import { goldenRuns, hasCurves, readCurves, stepsRun, whyNoCurves } from "./recorded-curves.ts";

const maxSteps = 51;

const asha =
  (minSteps: number, eta: number, firstTrials = 0) =>
  (): Stopping =>
    halving({ rungs: geometricRungs(minSteps, eta, maxSteps), eta, maxSteps, firstTrials });

const RULES: Record<string, () => Stopping> = {
  median_startup5_warm5: () => percentileRule({ percentile: 50, startupTrials: 5, warmupSteps: 5, maxSteps }),
  percentile25_startup5_warm3: () => percentileRule({ percentile: 25, startupTrials: 5, warmupSteps: 3, maxSteps }),
  sha_min2_eta3_s0: asha(2, 3),
  sha_min3_eta4_s0: asha(3, 4),
  sha_min6_eta3_boot5: asha(6, 3, 5),
};

describe.skipIf(!hasCurves)(`decisions of Optuna 4.1 on recorded curves${whyNoCurves}`, () => {
  test.each(Object.keys(RULES))("%s: 600 of 600 trials stop where Optuna stops them", (pruner) => {
    const recorded = goldenRuns().filter((run) => run.pruner === pruner);
    expect(recorded.flatMap(({ config_ids: ids }) => ids)).toHaveLength(600);
    for (const { file, config_ids: ids, steps_run: wanted } of recorded) {
      const rule = RULES[pruner]!();
      const curves = readCurves(file);
      expect(
        ids.map((id, trial) => stepsRun(rule, { trial, curve: curves[id]!, maxSteps })),
        file,
      ).toEqual(wanted);
    }
  });
});
