import { afterAll, beforeAll, expect, test } from "vitest";

import { runToken } from "../../../src/accounts/run-token.ts";
import { readOwnerToken } from "../../../src/store/owner-token.ts";
import { startTestServer, type TestServer } from "../../server/start-test-server.ts";

let server: TestServer;
let own: string;
let other: string;
let as: Record<string, string>;

const MLFLOW = "/api/2.0/mlflow";

beforeAll(async () => {
  server = await startTestServer();
  const made = async (): Promise<string> => {
    const { json } = await server.call(`POST ${MLFLOW}/runs/create`, { experiment_id: "0" });
    return (json as { run: { info: { run_id: string } } }).run.info.run_id;
  };
  [own, other] = [await made(), await made()];
  const secret = (await readOwnerToken(server.dataDir))!;
  const token = runToken(secret, { runId: own, expiresMs: Date.now() + 3_600_000 });
  as = { authorization: `Bearer ${token}` };
});
afterAll(() => server.end());

const metric = (run: object) => ({ ...run, key: "loss", value: 1.5, timestamp: 1, step: 1 });

test("the trainer of a run logs to it with the token of the run", async () => {
  const statusOf = async (route: string, body?: object): Promise<number> =>
    (await server.call(`${body === undefined ? "GET" : "POST"} ${MLFLOW}/${route}`, body, as)).status;
  expect(await statusOf(`runs/get?run_id=${own}`)).toBe(200);
  expect(await statusOf("experiments/get-by-name?experiment_name=Default")).toBe(200);
  expect(await statusOf("runs/update", { run_id: own, status: "RUNNING" })).toBe(200);
  expect(await statusOf("runs/log-metric", metric({ run_id: own }))).toBe(200);
  expect(await statusOf("runs/log-batch", { run_id: own, params: [{ key: "rank", value: "8" }] })).toBe(200);
  const { json } = await server.call(`GET ${MLFLOW}/metrics/get-history?run_id=${own}&metric_key=loss`);
  expect(json).toMatchObject({ metrics: [{ value: 1.5, step: 1 }] });
});

test.each<{ name: string; route: () => string; body?: () => object }>([
  { name: "another run", route: () => "runs/log-metric", body: () => metric({ run_id: other }) },
  {
    name: "another run, by its old name",
    route: () => "runs/log-metric",
    body: () => metric({ run_id: own, run_uuid: other }),
  },
  { name: "no run", route: () => "runs/log-metric", body: () => metric({}) },
  { name: "another run in the query", route: () => `runs/get?run_id=${other}` },
  { name: "two runs in the query", route: () => `runs/get?run_id=${own}&run_id=${other}` },
  { name: "all runs", route: () => "runs/search", body: () => ({ experiment_ids: ["0"], run_id: own }) },
  { name: "a deletion", route: () => "runs/delete", body: () => ({ run_id: own }) },
  { name: "a new run", route: () => "runs/create", body: () => ({ experiment_id: "0", run_id: own }) },
])("it reaches nothing else: $name", async ({ route, body }) => {
  expect((await server.call(`${body === undefined ? "GET" : "POST"} ${MLFLOW}/${route()}`, body?.(), as)).status).toBe(
    403,
  );
});

test("it asks whether the budgets of its run last, and of no other", async () => {
  const { status, json } = await server.call(`GET /api/v1/runs/${own}/guard?horizonSec=60&graceSec=5`, undefined, as);
  expect(status).toBe(200);
  expect(json).toMatchObject({ runId: own, action: "continue" });
  for (const id of [other, own.slice(0, 12)]) {
    expect((await server.call(`GET /api/v1/runs/${id}/guard`, undefined, as)).status).toBe(403);
  }
});

test("it reaches no other route, and a body that names two runs changes none of them", async () => {
  for (const route of ["/api/v1/runs", `/api/v1/runs/${own}`, "/api/v1/money", "/api/v1/training/jobs"]) {
    expect((await server.call(`GET ${route}`, undefined, as)).status, route).toBe(403);
  }
  for (const twice of [`"run_id":"${own}","run_id":"${other}"`, `"run\\u005fid":"${other}","run_id":"${own}"`]) {
    const body = `{${twice},"key":"stolen","value":1,"timestamp":1}`;
    const headers = { ...as, "content-type": "application/json" };
    await fetch(`${server.url}${MLFLOW}/runs/log-metric`, { method: "POST", headers, body });
  }
  const { json } = await server.call(`GET ${MLFLOW}/metrics/get-history?run_id=${other}&metric_key=stolen`);
  expect((json as { metrics?: unknown[] }).metrics ?? []).toEqual([]);
});
