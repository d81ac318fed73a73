import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { RunImport } from "../../src/domain/run-import.ts";
import { MAIN, runProcess } from "../cli/run-cli.ts";
import { startTestServer } from "../server/start-test-server.ts";
import { freePort } from "./free-port.ts";

const python = process.env["TUNEWRIGHT_TRACKERS_PYTHON"] ?? "";
const has = (name: string): boolean => existsSync(python) && spawnSync(python, ["-c", `import ${name}`]).status === 0;
const script = join(import.meta.dirname, "make-runs.py");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-import-"));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

async function made(tracker: string, place = folder): Promise<void> {
  const { code, stderr } = await runProcess(python, [script, tracker, place], { cwd: folder });
  expect(code, stderr).toBe(0);
}

async function imported(source: string): Promise<RunImport> {
  const { code, stdout, stderr } = await runProcess(process.execPath, [MAIN, "runs", "import", source, "--json"], {
    cwd: folder,
  });
  expect(code, stderr).toBe(0);
  return RunImport.parse(JSON.parse(stdout));
}

/** Starts the official server in the folder of the test, and ends it. */
async function withMlflowServer(use: (url: string) => Promise<void>): Promise<void> {
  const port = await freePort();
  const words = ["-m", "mlflow", "server", "--backend-store-uri", `sqlite:///${folder}/mlflow.db`, "--workers", "1"];
  words.push("--artifacts-destination", join(folder, "artifacts"), "--port", String(port));
  const server = spawn(python, words, { cwd: folder, stdio: "ignore", detached: true });
  const url = `http://127.0.0.1:${port}`;
  const isUp = (): Promise<boolean> =>
    fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  try {
    await expect.poll(isUp, { timeout: 120_000 }).toBe(true);
    await use(url);
  } finally {
    process.kill(-server.pid!, "SIGKILL");
  }
}

/** Lets the official client write or read: registered models, logged models, a prompt, files. */
async function models(action: "write" | "read", uri: string): Promise<object> {
  const { code, stdout, stderr } = await runProcess(python, [join(import.meta.dirname, "models.py"), action, uri], {
    cwd: folder,
  });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as object;
}

/** Reads from our server with the official client, after the import. */
async function modelsHere(): Promise<object> {
  const server = await startTestServer(join(folder, ".tunewright"));
  try {
    return await models("read", server.url);
  } finally {
    await server.stop();
  }
}

const COUNTS = {
  registeredModels: { found: 3, imported: 3, leftOut: 0 },
  modelVersions: { found: 4, imported: 4, leftOut: 0 },
  loggedModels: { found: 2, imported: 2, leftOut: 0 },
  agrees: true,
};
const AGAIN = {
  runs: { imported: 0, updated: 0 },
  registeredModels: { imported: 0, updated: 0, unchanged: 3 },
  modelVersions: { imported: 0, updated: 0, unchanged: 4 },
  loggedModels: { imported: 0, updated: 0, unchanged: 2 },
  artifacts: { files: 0 },
  agrees: true,
};

/** MLflow's SQL store keeps 0 for NaN in the metrics of a logged model; from its file, NaN is imported. */
function withoutNan(read: object): object {
  return JSON.parse(JSON.stringify(read).replaceAll('"NaN"', "0.0")) as object;
}

describe("models that the official client wrote", () => {
  test.for([
    { tracker: "SQLite file", source: "mlflow.db", scheme: "sqlite:///" },
    { tracker: "folder", source: "mlruns", scheme: "file://" },
  ])("come from a $tracker, and the client reads the same here", async ({ source, scheme }, { skip }) => {
    skip(!has("mlflow"), "install mlflow in the environment of TUNEWRIGHT_TRACKERS_PYTHON");
    const written = await models("write", `${scheme}${join(folder, source)}`);
    expect(await imported(source)).toMatchObject(COUNTS);
    expect(withoutNan(await modelsHere())).toEqual(withoutNan(written));
    expect(await imported(source)).toMatchObject(AGAIN);
  });

  test.skipIf(!has("mlflow"))("come from a live server, and the client reads the same here", async () => {
    await withMlflowServer(async (url) => {
      const written = await models("write", url);
      expect(await imported(url)).toMatchObject(COUNTS);
      expect(withoutNan(await modelsHere())).toEqual(withoutNan(written));
      expect(await imported(url)).toMatchObject(AGAIN);
    });
  });
});

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

  test.skipIf(!has("mlflow"))("of a live MLflow server are imported whole, once, and what came since", async () => {
    await withMlflowServer(async (url) => {
      await made("mlflow-server", url);
      expect(await imported(url)).toMatchObject({
        format: "mlflow-server",
        runs: { found: 3, imported: 3 },
        stored: 150,
        artifacts: { files: 3 },
        agrees: true,
      });
      expect(await imported(url)).toMatchObject({ runs: { imported: 0, updated: 0, unchanged: 3 }, stored: 150 });
      await made("mlflow-server", url);
      expect(await imported(url)).toMatchObject({ runs: { found: 6, imported: 3, unchanged: 3 }, agrees: true });
    });
  });

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
