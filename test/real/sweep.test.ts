import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { Sweep } from "../../src/domain/sweep.ts";
import { TrainingJob } from "../../src/domain/training-job.ts";
import { ROOT, runCli } from "../cli/run-cli.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const hasTrl = existsSync(python) && spawnSync(python, ["-c", "import trl, peft"]).status === 0;
const why = "needs TUNEWRIGHT_PYTHON: a virtual environment with torch, trl and peft";

let folder: string;

async function ask(line: string): Promise<unknown> {
  const { stdout, stderr } = await runCli([...line.split(" "), "--json", "--yes"], {
    cwd: folder,
    env: { TUNEWRIGHT_PYTHON: python },
  });
  return JSON.parse(stdout === "" ? JSON.stringify({ stderr }) : stdout);
}

describe.skipIf(!hasTrl)(`a sweep of TRL on the CPU (${why})`, () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunewright-sweep-"));
    cpSync(join(ROOT, "examples/tiny"), folder, { recursive: true });
    const made = spawnSync(python, [join(folder, "make_tiny.py"), folder], {
      env: { ...process.env, HF_HUB_OFFLINE: "1" },
    });
    expect(made.status, made.stderr.toString()).toBe(0);
    await ask("data freeze data/train.jsonl --out frozen/train --by QA --reason test");
  });
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

  test("pauses trials at rungs, promotes the best under one schedule, and verifies the one that finished", async () => {
    const sweep = Sweep.parse(await ask("sweep start"));
    expect(sweep).toMatchObject({ state: "done", plan: { rungs: [5, 15] } });
    expect(sweep.trials).toHaveLength(4);
    expect(Number(sweep.spentUsd)).toBeLessThan(0.05);
    const finished = sweep.trials.find(({ state }) => state === "done")!;
    const job = TrainingJob.parse(await ask(`train show ${finished.jobId}`));
    expect(job.state).toBe("done-verified");
    expect(job.attempts.map(({ outcome }) => outcome)).toEqual(["paused", "paused", "done-verified"]);
    const lines = readFileSync(join(job.folder, "out/metrics.jsonl"), "utf8").trim().split("\n");
    const losses = lines.map((line) => JSON.parse(line) as { step: number; values: { loss?: number } });
    const steps = losses.filter(({ values }) => values.loss !== undefined).map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  }, 1_200_000);
});
