import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Overrides, withOverrides } from "../../../src/programme/reading/programme-overrides.ts";
import { type LoadedProgramme, readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { loadShape } from "../../../src/programme/training-plan/training-shape.ts";
import { catchFailure, catchFailureAsync } from "../../catch-failure.ts";

const ON = "2026-06-01";

let dir: string;
let loaded: LoadedProgramme;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-overrides-"));
  await writeFile(
    join(dir, "programme.yaml"),
    `name: A programme
task: { kind: qa, goals: [format] }
model: { base: Qwen/Qwen2.5-7B }
data: { plannedRows: 5000, syntheticRows: 400 }
training: { method: lora, gpu: H100, gpuCount: 8, gpuUsdPerHour: "1.95", hoursPerRun: 6, runs: 4 }
`,
  );
  loaded = await readProgramme(dir, ON);
});
afterAll(() => rm(dir, { recursive: true }));

const changed = (overrides: Overrides): LoadedProgramme => withOverrides(loaded, overrides, dir);

test("what is not replaced stays, and without any override the programme is the same", () => {
  expect(changed({})).toBe(loaded);
  expect(changed({ gpu: undefined })).toBe(loaded);
  const { programme } = changed({ method: "full", rows: 9000 });
  expect(programme.training).toMatchObject({ method: "full-sft", gpu: "H100", gpuCount: 8, gpuUsdPerHour: "1.95" });
  expect(programme.data).toMatchObject({ plannedRows: 9000, syntheticRows: 400 });
  expect(programme.task).toEqual(loaded.programme.task);
});

describe("what was stated of the old plan goes where it no longer holds", () => {
  test.each([
    [{ gpu: "H200" }, undefined, undefined],
    [{ gpu: "H200", usdPerGpuHour: "3.00" }, "3.00", undefined],
    [{ term: "spot" }, undefined, 6],
    [{ sellerClass: "hyperscaler" }, undefined, 6],
    [{ runs: 9 }, "1.95", 6],
    [{ method: "qlora" }, "1.95", undefined],
    [{ rows: 9000 }, "1.95", undefined],
  ] as const)("%j: price %s, hours %s", (overrides, price, hours) => {
    const { training } = changed(overrides).programme;
    expect([training.gpuUsdPerHour, training.hoursPerRun]).toEqual([price, hours]);
  });
});

describe("what cannot be is refused at the flag, or at the line that it contradicts", () => {
  test.each([
    [{ gpu: "H1000" }, /^--gpu: the catalogue has no GPU "H1000"/],
    [{ method: "pretrain" }, /^--method: continued-pretraining needs the size of its corpus/],
    [{ rows: 100 }, /^programme\.yaml, line 4, data\.syntheticRows: 400 synthetic rows exceed/],
  ] as const)("%j", (overrides, message) => {
    expect(catchFailure(() => changed(overrides))).toMatchObject({
      kind: "bad_input",
      message: expect.stringMatching(message) as string,
    });
  });

  test("an unknown model is told at its flag", async () => {
    const failure = await catchFailureAsync(() => loadShape(changed({ model: "Qwen/Qwen9-7B" }), ON));
    expect(failure.message).toMatch(/^--model: the catalogue has no model/);
  });
});
