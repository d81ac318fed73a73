import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { THREAD_ROUTES } from "../../../src/server/reading/thread-routes.ts";
import { dataFolder } from "../../../src/store/open-store.ts";
import { serveProcess, type ServeProcess } from "../../server/serve-process.ts";
import { startTestServer } from "../../server/start-test-server.ts";

const MLFLOW = "/api/2.0/mlflow";

/** Requests for each route, with results. `RUN` is the run of the test. */
const QUESTIONS: Record<string, string | object> = {
  "POST /api/2.0/mlflow/runs/search": { experiment_ids: ["0"], filter: "metrics.loss < 3" },
  "POST /api/2.0/mlflow/experiments/search": { max_results: 5 },
  "GET /api/2.0/mlflow/experiments/search": "?max_results=5",
  "POST /api/2.0/mlflow/experiments/search-datasets": { experiment_ids: ["0"] },
  "GET /api/2.0/mlflow/metrics/get-history": "?run_id=RUN&metric_key=loss",
  "GET /api/2.0/mlflow/metrics/get-history-bulk": "?run_id=RUN&metric_key=loss",
  "GET /api/2.0/mlflow/metrics/get-history-bulk-interval": "?run_ids=RUN&metric_key=loss",
  "POST /api/2.0/mlflow/logged-models/search": { experiment_ids: ["0"] },
  "POST /api/3.0/mlflow/traces/search": { locations: [{ mlflow_experiment: { experiment_id: "0" } }] },
  "GET /api/v1/runs/curves": "?run=RUN",
  "GET /api/v1/chargeback": "?month=2026-11",
  "GET /api/v1/month-pack": "?month=2026-11",
  "GET /api/v1/ledger/proof": "?seq=1",
  "POST /api/v1/ledger/verify": {},
};

let parent: string;
let folder: string;
let server: ServeProcess;
let runId: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "tunewright-threads-"));
  folder = join(parent, "first"); // the programme of the other server
  await mkdir(folder);
  server = await serveProcess(folder);
  const { run } = (await ask(`POST ${MLFLOW}/runs/create`, { experiment_id: "0", start_time: 1 })).json as {
    run: { info: { run_id: string } };
  };
  runId = run.info.run_id;
  const metrics = Array.from({ length: 500 }, (_, step) => ({ key: "loss", value: step % 7, timestamp: step, step }));
  metrics.push({ key: "loss", value: 2, timestamp: 600, step: 2 ** 40 });
  await ask(`POST ${MLFLOW}/runs/log-batch`, { run_id: runId, metrics, params: [{ key: "lr", value: "0.1" }] });
  await ask(`POST ${MLFLOW}/runs/update`, { run_id: runId, status: "FINISHED", end_time: 1000 });
});
afterAll(async () => {
  if (server.process.exitCode === null) await server.kill("SIGKILL");
  await rm(parent, { recursive: true });
});

async function ask(
  route: string,
  given: string | object,
  url = server.url,
): Promise<{ status: number; json: unknown }> {
  const [method, path] = route.split(" ") as [string, string];
  const sent =
    typeof given === "string" ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(given) };
  const where = `${url}${path}${typeof given === "string" ? given : ""}`;
  const response = await fetch(where.replace(":id", runId).replace("RUN", runId), { method, ...sent });
  const text = await response.text();
  return { status: response.status, json: text === "" ? null : JSON.parse(text) };
}

test("a metric is found by a search as soon as it is acknowledged", async () => {
  for (let step = 1; step <= 80; step++) {
    await ask(`POST ${MLFLOW}/runs/log-metric`, { run_id: runId, key: "fresh", value: step, timestamp: 1, step });
    const { json } = await ask(`POST ${MLFLOW}/runs/search`, {
      experiment_ids: ["0"],
      filter: `metrics.fresh = ${step}`,
    });
    expect((json as { runs?: object[] }).runs).toHaveLength(1);
  }
});

test("a request that is refused is refused in the same words", async () => {
  const { status, json } = await ask(`POST ${MLFLOW}/runs/search`, { experiment_ids: ["0"], filter: "loss ~ 3" });
  expect(status).toBe(400);
  expect(json).toMatchObject({ error_code: "INVALID_PARAMETER_VALUE" });
});

// On PostgreSQL the second server of the test would have a database of its own.
test.skipIf(process.env["DATABASE_URL"] !== undefined)(
  "a thread answers every route of its own as the server itself does",
  async () => {
    const asked = [...THREAD_ROUTES];
    const byThreads = [];
    for (const route of asked) byThreads.push({ route, ...(await ask(route, QUESTIONS[route] ?? "")) });
    await server.kill("SIGTERM");
    const plain = await startTestServer(dataFolder(folder));
    const byItself = [];
    for (const route of asked) byItself.push({ route, ...(await ask(route, QUESTIONS[route] ?? "", plain.url)) });
    const bugs = [...plain.log];
    await plain.end();
    expect(bugs).toEqual([]);
    expect(byThreads).toEqual(byItself);
    expect(byThreads.filter(({ status }) => status !== 200).map(({ route }) => route)).toEqual([
      "GET /api/v1/ledger/proof", // the ledger is empty
    ]);
  },
);
