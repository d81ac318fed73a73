import { rmSync } from "node:fs";

import { afterEach, describe, expect, test } from "vitest";

import { TrackedRun } from "../../src/domain/tracked-run.ts";
import { TrainingJob } from "../../src/domain/training-job.ts";
import { runProcess } from "../cli/run-cli.ts";
import { ask, hasTrl, loggedSteps, PYTHON, tinyFolder, TRL_NEEDED, untilStep } from "./tiny-folder.ts";

const queues = await runProcess("sinfo", ["--noheader", "--format=%R"]).catch(() => ({ stdout: "" }));
const hasSlurm = /\bspot\b/.test(queues.stdout) && /\burgent\b/.test(queues.stdout);
const why = `${TRL_NEEDED}; a Slurm with a partition spot that a partition urgent preempts, and a folder that both see`;

const TARGETS = `version: 1
targets:
  cluster: { scheduler: slurm, partition: spot, cpusPerTask: 1, memoryGib: 3, timeLimitMinutes: 30 }
`;

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
});

describe.skipIf(!hasTrl || !hasSlurm)(`a LoRA run of TRL on Slurm (${why})`, () => {
  test("that is preempted goes on from its checkpoint, and no step is missing or logged twice in its curve", async () => {
    folder = await tinyFolder({ target: "cluster", python: PYTHON, maxSteps: "1200", saveSteps: "50" }, TARGETS);
    const dir = folder;
    const running = ask(dir, "train start");
    await untilStep(dir, 100);
    const cores = (await runProcess("nproc", [])).stdout.trim();
    const urgent = await runProcess("sbatch", [
      "--parsable",
      "-p",
      "urgent",
      `-n${cores}`,
      "--output=/dev/null",
      "--wrap=sleep 15",
    ]);
    expect(urgent.code, urgent.stderr).toBe(0);
    const job = TrainingJob.parse(await running);
    expect(job).toMatchObject({ state: "done-verified", step: 1200, target: "cluster" });
    const [first, second] = job.attempts;
    expect(first!.outcome).toBe("preempted: its machine was given to another job");
    expect(second!.resumedFrom).toMatch(/checkpoint-\d+$/);
    const steps = loggedSteps(job);
    const resumed = Number(/\d+$/.exec(second!.resumedFrom!)![0]);
    expect(resumed).toBeGreaterThanOrEqual(100);
    // the trainer saved at the step where it was asked to stop: the second attempt begins with the next one
    expect(steps).toEqual(Array.from({ length: 1200 }, (_, index) => index + 1));
    expect(resumed).toBe(first!.lastStep);
    const run = TrackedRun.parse(await ask(dir, `runs show ${job.runId}`));
    expect(run.metrics.find(({ key }) => key === "loss")).toMatchObject({ step: 1200 });
    // the time between the two attempts, in which the urgent job ran, is billed to nobody
    expect(Date.parse(second!.startedAt) - Date.parse(first!.endedAt!)).toBeGreaterThan(5000);
  }, 1_800_000);
});
