import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ROOT } from "../cli/run-cli.ts";
import { serveProcess, type ServeProcess } from "../server/serve-process.ts";
import { freePort } from "./free-port.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const has = (module: string): boolean =>
  existsSync(python) &&
  spawnSync(python, ["-c", `import mlflow, importlib.util as u; assert u.find_spec("${module}")`]).status === 0;
const why =
  "needs TUNEWRIGHT_PYTHON: a virtual environment with trl, mlflow-skinny and, for Lightning, pytorch-lightning";

const STEPS = 40;

/** A trainer loads its libraries for minutes on a machine that others load, and MLflow's client waits between retries, ms. */
const PATIENCE_MS = 1_200_000;

type Shown = {
  id: string;
  status: string;
  params: { key: string; value: string }[];
  metrics: { key: string }[];
};

let folder: string;
let server: ServeProcess;

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${server.url}/api/v1${path}`)).json()) as T;
}

async function runNamed(name: string): Promise<string | undefined> {
  const { runs } = await get<{ runs: { id: string; name: string }[] }>("/runs");
  return runs.find((run) => run.name === name)?.id;
}

async function stepsOf(id: string, key: string): Promise<number[]> {
  const { curves } = await get<{ curves: { points: [number, number, number][] }[] }>(
    `/runs/${id}/metrics?key=${key}&points=1000`,
  );
  return curves[0]?.points.map(([step]) => step) ?? [];
}

/** Starts a script; what it wrote comes with its exit code. */
function train(script: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(python, [join(import.meta.dirname, script), folder, String(STEPS)], {
    env: { ...process.env, MLFLOW_TRACKING_URI: server.url, HF_HUB_OFFLINE: "1", CUDA_VISIBLE_DEVICES: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, said })));
}

describe.skipIf(!has("trl"))(
  `trainers that know MLflow alone log here without a change (${why})`,
  { timeout: PATIENCE_MS },
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "tunewright-trainers-"));
      const make = spawnSync(python, [join(ROOT, "examples/tiny/make_tiny.py"), folder], {
        env: { ...process.env, HF_HUB_OFFLINE: "1" },
      });
      expect(make.status, make.stderr.toString()).toBe(0);
      server = await serveProcess(folder, await freePort()); // on which it is started again
    }, PATIENCE_MS);
    afterAll(async () => {
      await server.kill("SIGTERM");
      await rm(folder, { recursive: true, force: true, maxRetries: 20 });
    });

    test("TRL, with the server killed and started again while it trains: no step is lost", async () => {
      const trained = train("train-trl.py");
      let id: string | undefined;
      while (id === undefined || (await stepsOf(id, "loss")).length < 3) {
        await sleep(200);
        id ??= await runNamed("trl");
      }
      await server.kill("SIGKILL");
      server = await serveProcess(folder, Number(new URL(server.url).port));
      const { code, said } = await trained;
      expect(code, said).toBe(0);
      const run = await get<Shown>(`/runs/${id}`);
      expect(run.status).toBe("FINISHED");
      expect(run.params).toContainEqual({ key: "learning_rate", value: "0.001" });
      expect(await stepsOf(id, "loss")).toEqual(Array.from({ length: STEPS }, (_, step) => step + 1));
    });

    test("the Trainer of transformers", async () => {
      const { code, said } = await train("train-hf.py");
      expect(code, said).toBe(0);
      const id = (await runNamed("hf"))!;
      expect((await get<Shown>(`/runs/${id}`)).status).toBe("FINISHED");
      expect(await stepsOf(id, "loss")).toEqual(Array.from({ length: STEPS }, (_, step) => step + 1));
    });

    test.skipIf(!has("pytorch_lightning"))("Lightning with its MLFlowLogger", async () => {
      const { code, said } = await train("train-lightning.py");
      expect(code, said).toBe(0);
      const id = (await runNamed("lightning"))!;
      const run = await get<Shown>(`/runs/${id}`);
      expect(run.status).toBe("FINISHED");
      expect(run.params).toContainEqual({ key: "rate", value: "0.1" });
      expect(await stepsOf(id, "loss")).toHaveLength(STEPS);
    });
  },
);
