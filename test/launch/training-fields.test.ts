import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { PreflightCheck } from "../../src/domain/training-job.ts";
import { readStagesFile } from "../../src/programme/stages/read-stages-file.ts";
import { checkTraining } from "../../src/programme/training/start-training.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { fakePython } from "./fake-python.ts";
import { trainingFolder, writeTrainingFile } from "./training-folder.ts";
import { longTest } from "../long-suite.ts";

const DEADLINE = "2026-12-01T18:00:00Z";
const demand = (usdPerHour: string): object => ({ target: "demand", usdPerHour });

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-fields-"));
  await trainingFolder(folder);
  writeFileSync(join(folder, "targets.yaml"), "version: 1\ntargets:\n  demand: { scheduler: local }\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function checksOf(fields: Readonly<Record<string, unknown>>): Promise<PreflightCheck[]> {
  await writeTrainingFile(folder, "training.yaml", fields);
  const now = (): Date => new Date("2026-11-25T12:00:00Z");
  const pricing = { programmes: [], pricesOf: () => [], now };
  const place = { programmeDir: folder, programme: "p", dataDir: folder, env: {}, pricing, now };
  return (await checkTraining({ file: "training.yaml" }, place)).checks;
}

describe("a training file", () => {
  test.each([
    [{ fallback: demand("3.00"), usdPerHour: "1.00" }, "deadline: fallback needs deadline"],
    [{ fallback: demand("3.00"), deadline: DEADLINE }, "usdPerHour: fallback needs usdPerHour"],
    [{ fallback: demand("-1"), deadline: DEADLINE, usdPerHour: "1" }, "fallback.usdPerHour: "],
    [{ fallback: { ...demand("3.00"), target: "demnd" }, deadline: DEADLINE, usdPerHour: "1" }, "has no target demnd"],
    [{ deadline: "2026-12-01T18:00:00" }, "deadline: "],
    [{ probeSteps: 2 }, "probeSteps: "],
    [{ engine: "torchtune" }, "engine: torchtune is no longer maintained"],
    [{ earlyStopping: {} }, "evaluation: earlyStopping needs evaluation"],
    [{ earlyStopping: {}, evaluation: "frozen/dev", engine: "axolotl" }, "earlyStopping needs engine trl"],
    [{ earlyStopping: { patience: 0 }, evaluation: "frozen/dev" }, "earlyStopping.patience: "],
    [{ gpuCount: 9 }, "gpuCount: "],
    [{ engine: "nemo" }, "engine: Tunewright plans runs of nemo but cannot launch them"],
    [{ engine: "tlr" }, 'engine: "tlr" is not one of trl, axolotl'],
  ])("with %o is refused: %s", async (fields, message) => {
    const failure = await catchFailureAsync(() => checksOf(fields));
    expect(failure.message).toContain(message);
  });

  longTest(
    "takes the Python of its library from programme.yaml, by a path from that folder, unless it names one",
    async () => {
      await fakePython(folder, "good");
      const programme = `version: 1\nname: p\ntask: { kind: classification, goals: [format], classes: 3 }\nmodel: { base: Qwen3-8B }\ndata: { files: [], plannedRows: 10 }\ntraining: { python: { trl: ./python-good, axolotl: .venv-axolotl } }\n`;
      writeFileSync(join(folder, "programme.yaml"), programme);
      const found = join(folder, "python-good");
      expect(await checksOf({})).toContainEqual({ check: "python", ok: true, detail: `3.11.7 (${found})`, fix: null });
      const [other] = await checksOf({ python: "elsewhere/python" });
      expect(other!.detail).toContain(`${folder}/elsewhere/python does not run`);
      rmSync(join(folder, "programme.yaml"));
    },
  );

  test("with a misspelt field names it, the field that is missing, and the closest valid one", async () => {
    const failure = await catchFailureAsync(() => checksOf({ maxSteps: undefined, maxStep: 12 }));
    expect(failure.message).toMatch(/^training\.yaml has 2 problems\n/);
    expect(failure.message).toContain('maxStep: "maxStep" is not a field here (did you mean "maxSteps"');
    expect(failure.message).toContain("maxSteps: is required");
    expect(failure.hint).toBe("docs/guides/training.md lists the fields");
  });

  test.each([
    [{ maxUsdPerHour: "2.00" }, { price: true }],
    [{ maxUsdPerHour: "0.50" }, { price: false }],
    [
      { maxUsdPerHour: "2.00", fallback: demand("2.00") },
      { price: true, "price of the fallback": true },
    ],
    [
      { maxUsdPerHour: "2.00", fallback: demand("2.01") },
      { price: true, "price of the fallback": false },
    ],
  ])("with %o has prices within its limit: %o", async (fields, verdicts) => {
    const checks = await checksOf({ usdPerHour: "1.00", deadline: DEADLINE, ...fields });
    const prices = checks.filter(({ check }) => check.startsWith("price"));
    expect(Object.fromEntries(prices.map(({ check, ok }) => [check, ok]))).toEqual(verdicts);
  });

  test.each([
    ["axolotl", { probeSteps: 3 }, "axolotl cannot pause, which probeSteps requires"],
    ["axolotl", {}, undefined],
    ["trl", { probeSteps: 3 }, undefined],
  ])("for %s with %o: %s", async (engine, fields, reason) => {
    const checks = await checksOf({ engine, device: "cuda", ...fields });
    expect(checks.find(({ check }) => check === "engine")?.detail).toBe(reason);
  });
});

describe("targets.yaml", () => {
  test.each([
    ["scheduler: kubernetes, image: trl", "volume: is required unless files are staged through S3"],
    [
      "scheduler: ray, staging: { by: s3, location: bucket, folder: /x }",
      'staging.location: "bucket": must be s3://BUCKET',
    ],
    ["scheduler: ray, nodes: 2", 'nodes: "nodes" is not a field here'],
  ])("with { %s } is refused: %s", async (fields, message) => {
    writeFileSync(join(folder, "targets.yaml"), `version: 1\ntargets:\n  a: { ${fields} }\n`);
    const failure = await catchFailureAsync(() => checksOf({ target: "a" }));
    expect(failure.message).toContain(`targets.yaml, line 3, targets.a.${message}`);
  });
});

describe("a sweep stage", () => {
  const SWEEP = {
    version: 1,
    name: "rates",
    metric: "loss",
    trials: 2,
    space: { learningRate: { values: [0.001, 0.002] } },
  };
  const plan = async (sweep: object, ...stages: readonly object[]): Promise<string> => {
    await writeTrainingFile(folder, "training.yaml", {});
    writeFileSync(join(folder, "sweep.yaml"), JSON.stringify(sweep));
    const whole = { version: 1, name: "support", stages: [{ name: "find", sweep: "sweep.yaml" }, ...stages] };
    writeFileSync(join(folder, "stages.yaml"), JSON.stringify(whole));
    return (await readStagesFile(folder, "stages.yaml")).id;
  };

  test("makes another plan when its sweep file changes, and the same when it does not", async () => {
    const id = await plan(SWEEP);
    expect(await plan(SWEEP)).toBe(id);
    expect(await plan({ ...SWEEP, trials: 3 })).not.toBe(id);
  });

  test("gives its best model to a merge, and cannot continue another model", async () => {
    await expect(plan(SWEEP, { name: "merged", merge: "find" })).resolves.toMatch(/^[\da-f]{12}$/);
    const failure = await catchFailureAsync(() => plan(SWEEP, { name: "dpo", train: "training.yaml", from: "find" }));
    expect(failure.message).toContain("dpo cannot take find, which is a sweep stage");
  });
});
