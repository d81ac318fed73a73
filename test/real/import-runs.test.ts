import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { RunImport } from "../../src/domain/run-import.ts";
import { MAIN, runProcess } from "../cli/run-cli.ts";

const python = process.env["TUNEWRIGHT_TRACKERS_PYTHON"] ?? "";
const has = (name: string): boolean => existsSync(python) && spawnSync(python, ["-c", `import ${name}`]).status === 0;
const script = join(import.meta.dirname, "make-runs.py");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-import-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function made(tracker: string): Promise<void> {
  const { code, stderr } = await runProcess(python, [script, tracker, folder], { cwd: folder });
  expect(code, stderr).toBe(0);
}

async function imported(source: string): Promise<RunImport> {
  const { code, stdout, stderr } = await runProcess(process.execPath, [MAIN, "runs", "import", source, "--json"], {
    cwd: folder,
  });
  expect(code, stderr).toBe(0);
  return RunImport.parse(JSON.parse(stdout));
}

// Metrics of the machine, which W&B's and Trackio's clients add, come on top of the points that were logged.
describe("runs that official clients logged", () => {
  test.for([
    { tracker: "mlflow-sqlite", package: "mlflow", source: "mlflow.db", files: 3 },
    { tracker: "mlflow-folder", package: "mlflow", source: "mlruns", files: 3 },
    { tracker: "trackio", package: "trackio", source: "trackio/voice.db", files: 0 },
    { tracker: "wandb", package: "wandb", source: "wandb", files: 0 },
  ])(
    "of $tracker are imported whole, once (needs TUNEWRIGHT_TRACKERS_PYTHON: a virtual environment with $package)",
    async ({ tracker, package: name, source, files }, { skip }) => {
      skip(!has(name), `install ${name} in the environment of TUNEWRIGHT_TRACKERS_PYTHON`);
      await made(tracker);
      const first = await imported(source);
      expect(first).toMatchObject({ format: tracker, runs: { found: 3, imported: 3 }, agrees: true });
      expect(first.stored).toBeGreaterThanOrEqual(150);
      expect(first.artifacts.files).toBeGreaterThanOrEqual(files);
      const again = await imported(source);
      expect(again).toMatchObject({ runs: { imported: 0, updated: 0, unchanged: 3 }, stored: first.stored });
    },
  );

  test.skipIf(!has("mlflow"))("survive kill -9 of the import", async () => {
    await made("mlflow-sqlite");
    for (const afterMs of [300, 500, 700]) {
      const child = spawn(process.execPath, [MAIN, "runs", "import", "mlflow.db"], { cwd: folder, stdio: "ignore" });
      await sleep(afterMs);
      child.kill("SIGKILL");
    }
    expect(await imported("mlflow.db")).toMatchObject({ runs: { found: 3 }, stored: 150, agrees: true });
  });
});
