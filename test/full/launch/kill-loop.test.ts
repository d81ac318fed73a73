import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { isProcessAlive } from "../../../src/base/process-alive.ts";
import type { TrainingJob } from "../../../src/domain/training-job.ts";
import { showJob } from "../../../src/programme/training/job-rows.ts";
import { startTraining } from "../../../src/programme/training/start-training.ts";
import { dataFolder, openStore, type Store } from "../../../src/store/open-store.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { fakePython } from "../../launch/fake-python.ts";
import { trainingFolder } from "../../launch/training-folder.ts";

const ROUNDS = 20;
const now = (): Date => new Date();

let folder: string;
let store: Store;
let supervisor: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-kills-"));
  store = await openStore({ dataDir: dataFolder(folder) }, now);
});
afterEach(async () => {
  supervisor?.kill("SIGKILL");
  await store.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

function supervise(): ChildProcess {
  return spawn(process.execPath, [join(ROOT, "dist/cli/main.js"), "-C", folder, "train", "supervise"], {
    stdio: "ignore",
  });
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** Trainers of a job that were ever started, oldest first. */
function trainers({ folder: place }: TrainingJob): number[] {
  const path = join(place, "starts.txt");
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").map(Number) : [];
}

const stepOf = ({ folder: place }: TrainingJob): number => {
  const path = join(place, "out", "progress.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { step: number }).step : 0;
};

test("a job survives twenty kills of its supervisor, of its trainer, and of both, and no trainer is started twice", async () => {
  await trainingFolder(folder, { maxSteps: 100_000, maxAttempts: 100, usdPerHour: "3.60", maxUsd: "100" });
  const place = {
    programmeDir: folder,
    programme: "fake",
    dataDir: dataFolder(folder),
    env: {},
    pricing: { programmes: ["fake"], pricesOf: () => [], now },
    now,
  };
  const python = await fakePython(folder, "rated");
  const { id } = await startTraining(store, { file: "training.yaml", python }, place);
  const show = (): Promise<TrainingJob> => showJob(store, id, Date.now());
  const job = await show();
  const kills = { supervisor: 0, trainer: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    supervisor = supervise();
    const before = stepOf(job);
    const isTrainerDue = round % 3 !== 0;
    // a trainer that was killed is followed by another one, which comes further than it did
    while (!(stepOf(job) > Math.max(before, 2) && isProcessAlive(trainers(job).at(-1) ?? 0))) await sleep(50);
    await sleep(200);
    expect(trainers(job).filter(isProcessAlive).length).toBeLessThanOrEqual(1);
    if (isTrainerDue) {
      process.kill(trainers(job).at(-1)!, "SIGKILL");
      kills.trainer += 1;
    }
    await killed(supervisor);
    kills.supervisor += 1;
  }
  writeFileSync(join(job.folder, "hurry"), "");
  supervisor = supervise();
  let last = await show();
  while (last.endedAt === null) {
    await sleep(100);
    last = await show();
  }
  expect(last.state).toBe("done-verified");
  expect(kills).toEqual({ supervisor: ROUNDS, trainer: 13 });
  expect(trainers(job)).toHaveLength(last.attempts.length);
  expect(last.attempts).toHaveLength(kills.trainer + 1);
  // attempts follow each other as intervals, so that no second is paid for twice
  for (const [index, { startedAt }] of last.attempts.entries()) {
    if (index > 0) expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(Date.parse(last.attempts[index - 1]!.endedAt!));
  }
  const lines = readFileSync(join(job.folder, "out", "metrics.jsonl"), "utf8")
    .trim()
    .split("\n");
  const steps = lines.map((line) => (JSON.parse(line) as { step: number }).step).filter((step) => step < 99_999);
  const missing = Array.from({ length: Math.max(...steps) }, (_, step) => step + 1).filter(
    (step) => !steps.includes(step),
  );
  expect(missing).toEqual([]);
});
