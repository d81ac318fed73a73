import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { findModel } from "../../../src/catalog/models.ts";
import { isRefusal } from "../../../src/domain/estimate.ts";
import { ServeSpec } from "../../../src/domain/serve-spec.ts";
import { estimatedCapacity } from "../../../src/plan/serve-plan/plan-serve.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { servingCapacity } from "../../../src/programme/serving/serving-capacity.ts";
import { programmeServing } from "../../../src/programme/serving/serve-programme.ts";
import { ROOT } from "../../cli/run-cli.ts";

const ON = "2026-11-25";
const folder = mkdtempSync(join(tmpdir(), "tunewright-capacity-"));
afterAll(() => rmSync(folder, { recursive: true }));

let folders = 0;

/** The example of contracts with its block of serving replaced. */
async function capacityWith(serving: string): ReturnType<typeof servingCapacity> {
  folders += 1;
  const dir = join(folder, String(folders));
  cpSync(join(ROOT, "examples/contracts"), dir, { recursive: true });
  const path = join(dir, "programme.yaml");
  const text = readFileSync(path, "utf8").replace(/^serving:\n(?:[ \t].*\n|\n)*/m, `serving:\n${serving}\n`);
  writeFileSync(path, text);
  return servingCapacity(await readProgramme(dir, ON), { shape: findModel("Qwen/Qwen2.5-7B"), on: ON });
}

const LOAD = "  inputTokensPerMonth: 5280000000\n  outputTokensPerMonth: 880000000\n";

test("a programme's replica gives its capacity within the SLO as plan serve estimates it", async () => {
  const loaded = await readProgramme(join(ROOT, "examples/contracts"), ON);
  const shape = findModel("Qwen/Qwen2.5-7B");
  const { spec, gpu } = await programmeServing(loaded, { on: ON, given: {}, price: {} });
  const expected = estimatedCapacity({ spec: ServeSpec.parse(spec), shape, gpu }).outputTokensPerSec;
  const found = await servingCapacity(loaded, { shape, on: ON });
  expect(isRefusal(expected)).toBe(false);
  expect(found).toEqual(expected);
});

test.each([
  ["a measured speed", `${LOAD}  outputTokensPerSec: 2000`],
  ["a monthly cost", `${LOAD}  monthlyUsd: "900"`],
  ["no tokens of a month", '  gpu: "H100"'],
  ["no input of a month", "  outputTokensPerMonth: 880000000"],
  ["more GPUs than the heads divide", `${LOAD}  gpuCount: 3`],
])("nothing is estimated with %s", async (_, serving) => {
  expect(await capacityWith(serving)).toBeUndefined();
});
