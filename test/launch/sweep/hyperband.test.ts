import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { parseCsv } from "../../../src/base/csv.ts";
import { hyperband } from "../../../src/launch/sweep/stopping/hyperband.ts";
import { goldenRuns, hasCurves, readCurves, stepsRun, whyNoCurves } from "./recorded-curves.ts";

const maxSteps = 51;
const path = new URL("../../golden/hyperband.csv", import.meta.url);
const golden = parseCsv(readFileSync(path, "utf8"), "hyperband.csv").rows.map(({ fields }) => fields);

describe.skipIf(!hasCurves)(`Hyperband on recorded curves${whyNoCurves}`, () => {
  test.each(golden)(
    "of $file from step $min_steps, 1 in $eta: 100 of 100 trials stop where Optuna stops them",
    (row) => {
      const { config_ids: ids } = goldenRuns().find(({ file }) => file === row["file"])!;
      const rule = hyperband({ minSteps: Number(row["min_steps"]), eta: Number(row["eta"]), maxSteps, name: "g" });
      const curves = readCurves(row["file"]!);
      const ours = ids.map((id, trial) => stepsRun(rule, { trial, curve: curves[id]!, maxSteps }));
      expect(ours).toEqual(row["steps_run"]!.split(" ").map(Number));
    },
  );
});
