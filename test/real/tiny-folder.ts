import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "vitest";

import { TrainingJob } from "../../src/domain/training-job.ts";
import { ROOT, runCli } from "../cli/run-cli.ts";

/** Python of the training library; empty where none is named. */
export const PYTHON = process.env["TUNEWRIGHT_PYTHON"] ?? "";

/** TRL can be imported there. */
export const hasTrl = existsSync(PYTHON) && spawnSync(PYTHON, ["-c", "import trl, peft"]).status === 0;

/** The client of MLflow can be imported there, too. */
export const hasMlflow = hasTrl && spawnSync(PYTHON, ["-c", "import mlflow"]).status === 0;

/** Why a test of it is skipped. */
export const TRL_NEEDED = "needs TUNEWRIGHT_PYTHON: a virtual environment with torch, trl, peft and mlflow-skinny";

/** A copy of `examples/tiny` with its model made and its rows frozen, whose run is changed in some fields. */
export async function tinyFolder(fields: Readonly<Record<string, string>> = {}, targets = ""): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tunewright-target-"));
  cpSync(join(ROOT, "examples/tiny"), folder, { recursive: true });
  const made = spawnSync(PYTHON, [join(folder, "make_tiny.py"), folder], {
    env: { ...process.env, HF_HUB_OFFLINE: "1" },
  });
  expect(made.status, made.stderr.toString()).toBe(0);
  const path = join(folder, "training.yaml");
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => !Object.keys(fields).includes(line.split(":")[0]!));
  writeFileSync(path, [...lines, ...Object.entries(fields).map(([key, value]) => `${key}: ${value}`), ""].join("\n"));
  if (targets !== "") writeFileSync(join(folder, "targets.yaml"), targets);
  await ask(folder, "data freeze data/train.jsonl --out frozen/train --by QA --reason test");
  return folder;
}

/** The answer of a command in a folder, as JSON. */
export async function ask(folder: string, line: string): Promise<unknown> {
  const { stdout, stderr } = await runCli([...line.split(" "), "--json", "--yes"], {
    cwd: folder,
    env: { TUNEWRIGHT_PYTHON: PYTHON },
  });
  return JSON.parse(stdout === "" ? JSON.stringify({ stderr }) : stdout);
}

/** The newest job of a folder. */
export async function newestJob(folder: string): Promise<TrainingJob | undefined> {
  const { jobs } = (await ask(folder, "train list")) as { jobs?: unknown[] };
  return jobs?.[0] === undefined ? undefined : TrainingJob.parse(jobs[0]);
}

/** Waits until the trainer of the only job of a folder has come to a step, by its own files. */
export async function untilStep(folder: string, step: number): Promise<void> {
  const jobs = join(folder, ".tunewright", "jobs");
  for (;;) {
    const [id] = existsSync(jobs) ? readdirSync(jobs) : [];
    const path = join(jobs, id ?? "none", "out", "progress.json");
    if (existsSync(path) && (JSON.parse(readFileSync(path, "utf8")) as { step: number }).step >= step) return;
    await sleep(250);
  }
}

/** Waits until the newest job of a folder is as it should be. Throws where it ends before. */
export async function untilJob(folder: string, isReached: (job: TrainingJob) => boolean): Promise<TrainingJob> {
  for (;;) {
    const job = await newestJob(folder).catch(() => undefined); // it is being queued
    if (job !== undefined && isReached(job)) return job;
    if (job !== undefined && job.endedAt !== null) throw new Error(`it ended as ${job.state}: ${job.reason}`);
    await sleep(500);
  }
}

/** Steps at which a loss was logged by a job, in the order of its trainer's log. */
export function loggedSteps({ folder }: Pick<TrainingJob, "folder">): number[] {
  return readFileSync(join(folder, "out", "metrics.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"loss"'))
    .map((line) => (JSON.parse(line) as { step: number }).step);
}
