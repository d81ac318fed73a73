import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Memorisation } from "../../src/domain/memorisation.ts";
import { ROOT } from "../cli/run-cli.ts";
import { runHere } from "../cli/run-here.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const hasTorch = existsSync(python) && spawnSync(python, ["-c", "import torch, transformers"]).status === 0;
const why = "needs TUNEWRIGHT_PYTHON: a virtual environment with torch and transformers";

let folder: string;

function runPython(script: string, ...words: string[]): void {
  const ran = spawnSync(python, [join(ROOT, script), ...words], { cwd: folder, encoding: "utf8" });
  expect(ran.status, ran.stderr).toBe(0);
}

async function tested(model: string): Promise<Memorisation> {
  const files = ["--members", "members.jsonl", "--others", "others.jsonl", "--canaries", "planted/canaries.json"];
  const { code, stdout, stderr } = await runHere(
    ["comply", "memorisation", ".", ...files, "--model", model, "--python", python, "--json", "--quiet"],
    { cwd: folder, env: { OMP_NUM_THREADS: "1" } }, // threads of torch that wait for each other cost more than they gain here
  );
  expect(code, stderr).toBe(0);
  return Memorisation.parse(JSON.parse(stdout));
}

describe.skipIf(!hasTorch)(`what a tiny model that was overfitted gives away (${why})`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunewright-memorisation-"));
    runPython("examples/tiny/make_tiny.py", folder);
    const rows = readFileSync(join(folder, "data/train.jsonl"), "utf8").trim().split("\n");
    const half = (odd: number): string => rows.filter((_row, index) => index % 2 === odd).join("\n") + "\n";
    writeFileSync(join(folder, "members.jsonl"), half(0));
    writeFileSync(join(folder, "others.jsonl"), half(1));
    const planted = [
      "comply",
      "canaries",
      "members.jsonl",
      "--out",
      "planted",
      "--count",
      "3",
      "--repeats",
      "20",
      "--seed",
      "2",
    ];
    expect((await runHere(planted, { cwd: folder })).code).toBe(0);
    runPython("test/real/fit-rows.py", "model", "planted/train.jsonl", "tuned", "30", "3e-3");
  }, 1_200_000);
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

  test("each planted canary is found, no control is, and members can be told", async () => {
    const { exposures, membership, verdict, modelSha256 } = await tested("tuned");
    expect(exposures.filter(({ isPlanted }) => isPlanted).map(({ isFound }) => isFound)).toEqual([true, true, true]);
    expect(exposures.filter(({ isPlanted }) => !isPlanted).map(({ isFound }) => isFound)).toEqual([
      false,
      false,
      false,
    ]);
    expect(membership!.ci95.low).toBeGreaterThan(0.5);
    expect(verdict).toBe("tested-nonnegligible");
    expect(modelSha256).toMatch(/^[0-9a-f]{64}$/);
  }, 1_200_000);

  test("before training nothing is found, and membership cannot be told", async () => {
    const { exposures, membership, verdict } = await tested("model");
    expect(exposures.some(({ isFound }) => isFound)).toBe(false);
    expect(membership!.ci95.low).toBeLessThan(0.5);
    expect(membership!.ci95.high).toBeGreaterThan(0.5);
    expect(verdict).toBe("tested-negligible");
  }, 1_200_000);
});
