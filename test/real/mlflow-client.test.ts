import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { MAIN, runProcess } from "../cli/run-cli.ts";
import { serveProcess, type ServeProcess } from "../server/serve-process.ts";
import { freePort } from "./free-port.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const hasMlflow = existsSync(python) && spawnSync(python, ["-c", "import mlflow"]).status === 0;
const why = "needs TUNEWRIGHT_PYTHON: a virtual environment with mlflow 3";
const script = (name: string): string => join(import.meta.dirname, name);

let folder: string;
let server: ServeProcess;

describe.skipIf(!hasMlflow)(`the official client of MLflow (${why})`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunewright-mlflow-"));
    server = await serveProcess(folder, await freePort()); // on which it is started again
  });
  afterAll(async () => {
    await server.kill("SIGTERM");
    await rm(folder, { recursive: true });
  });
  const env = (): Record<string, string> => ({
    MLFLOW_TRACKING_URI: server.url,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: "5",
    MLFLOW_DISABLE_TELEMETRY: "true", // the client's own thread for it fails on a slow machine
  });

  test("logs and reads back by its fluent API: params, metrics, tags, artifacts, nested and resumed runs, registry", async () => {
    const { code, stdout, stderr } = await runProcess(python, [script("log-with-mlflow.py")], { env: env() });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout.slice(stdout.indexOf('{"status"')))).toEqual({
      status: "FINISHED",
      params: { lr: "0.0002", empty: "" },
      loss: [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 0.1],
      isNan: true,
      isInf: true,
      far: "9223372036854775807",
      text: "hello",
      found: ["parent"],
      parent: true,
      champion: "1",
    });
  });

  test("traces, gives feedback and expectations, and finds traces by them, by spans, by text and by tags", async () => {
    const { code, stdout, stderr } = await runProcess(python, [script("trace-with-mlflow.py")], { env: env() });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout.slice(stdout.indexOf('{"all"')))).toEqual({
      all: ["first", "second"],
      good: ["first"],
      llm: ["first", "second"],
      text: ["second"],
      team: ["first"],
      assessments: [
        ["expected", { text: "FIRST" }],
        ["score", 0.9],
      ],
      updated: [0.1, []],
      left: ["expected"],
    });
  });

  test("logs with the token of an engineer as Bearer and as Basic, and is refused with that of a viewer", async () => {
    const own = await mkdtemp(join(tmpdir(), "tunewright-accounts-"));
    const made = async (name: string, role: string): Promise<string> => {
      const words = `${MAIN} -C ${own} accounts create ${name} --role ${role} --json`.split(" ");
      const { stdout } = await runProcess(process.execPath, words);
      return (JSON.parse(stdout) as { token: string }).token;
    };
    const engineer = await made("trainer", "engineer");
    const viewer = await made("guest", "viewer");
    const closed = await serveProcess(own);
    const log = async (said: Record<string, string>): Promise<string> => {
      const code = "import mlflow; mlflow.log_metric('a', 1); print('logged')";
      const words = { ...env(), MLFLOW_TRACKING_URI: closed.url, ...said };
      const { stdout, stderr } = await runProcess(python, ["-c", code], { env: words });
      return stdout + stderr;
    };
    expect(await log({ MLFLOW_TRACKING_TOKEN: engineer })).toContain("logged");
    expect(await log({ MLFLOW_TRACKING_USERNAME: "trainer", MLFLOW_TRACKING_PASSWORD: engineer })).toContain("logged");
    expect(await log({ MLFLOW_TRACKING_TOKEN: viewer })).toContain("PERMISSION_DENIED");
    expect(await log({})).toContain("this requires an account");
    await closed.kill("SIGTERM");
    await rm(own, { recursive: true });
  });

  test("loses no point when the server is killed and comes back while it logs", async () => {
    const { port } = new URL(server.url);
    const client = spawn(python, [script("keep-logging.py")], {
      env: { ...process.env, ...env() },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    client.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => client.once("exit", resolve));
    while (!/[\da-f]{32}/.test(said)) await sleep(50);
    await sleep(700);
    await server.kill("SIGKILL");
    server = await serveProcess(folder, Number(port));
    expect(await ended).toBe(0);
    const runId = /[\da-f]{32}/.exec(said)![0];
    const response = await fetch(`${server.url}/api/v1/runs/${runId}/metrics?points=1000`);
    const { curves } = (await response.json()) as { curves: { points: [number, number, number][] }[] };
    expect(curves[0]!.points.map(([step]) => step)).toEqual(Array.from({ length: 150 }, (_, step) => step));
  });
});
