import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { TrainingJob } from "../../src/domain/training-job.ts";
import { TrackedRun } from "../../src/domain/tracked-run.ts";
import { ROOT, runCli } from "../cli/run-cli.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const hasTrl = existsSync(python) && spawnSync(python, ["-c", "import trl, peft, mlflow"]).status === 0;
const why = "needs TUNEWRIGHT_PYTHON: a virtual environment with torch, trl, peft and mlflow-skinny";

let folder: string;

async function ask(line: string): Promise<unknown> {
  const { stdout, stderr } = await runCli([...line.split(" "), "--json", "--yes"], {
    cwd: folder,
    env: { TUNEWRIGHT_PYTHON: python },
  });
  return JSON.parse(stdout === "" ? JSON.stringify({ stderr }) : stdout);
}

describe.skipIf(!hasTrl)(`a LoRA run of TRL on the CPU (${why})`, () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunewright-training-"));
    cpSync(join(ROOT, "examples/tiny"), folder, { recursive: true });
    const made = spawnSync(python, [join(folder, "make_tiny.py"), folder], {
      env: { ...process.env, HF_HUB_OFFLINE: "1" },
    });
    expect(made.status, made.stderr.toString()).toBe(0);
    await ask("data freeze data/train.jsonl --out frozen/train --by QA --reason test");
  });
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

  test("is verified, and its curve is imported where no server runs", async () => {
    const job = TrainingJob.parse(await ask("train start"));
    expect(job).toMatchObject({ state: "done-verified", step: 30 });
    const run = TrackedRun.parse(await ask(`runs show ${job.runId}`));
    expect(run.status).toBe("FINISHED");
    expect(run.metrics.find(({ key }) => key === "loss")).toMatchObject({ step: 30 });
    expect(run.tags).toContainEqual({ key: "tunewright.usd_per_hour", value: "0.10" });
  });
});
