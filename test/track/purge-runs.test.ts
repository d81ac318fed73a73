import { afterAll, beforeAll, expect, test } from "vitest";

import { startTestServer, type TestServer } from "../server/start-test-server.ts";

const API = "/api/2.0/mlflow";
const ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";

let server: TestServer;
let ms = Date.parse("2026-11-25T12:00:00Z");
beforeAll(async () => {
  server = await startTestServer(undefined, { now: () => new Date(ms) });
});
afterAll(async () => {
  expect(server.log).toEqual([]);
  await server.end();
});

test("what a run holds that was deleted a while ago goes for good; its time, and so its cost, stays", async () => {
  const ids: string[] = [];
  for (const name of ["kept", "gone", "fresh"]) {
    const { json } = await server.call(`POST ${API}/runs/create`, {
      experiment_id: "0",
      run_name: name,
      start_time: 1,
    });
    const { run_id } = (json as { run: { info: { run_id: string } } }).run.info;
    ids.push(run_id);
    const metrics = Array.from({ length: 300 }, (_, step) => ({ key: "a", value: step, timestamp: 1, step }));
    for (const start of [0, 100, 200]) {
      await server.call(`POST ${API}/runs/log-batch`, { run_id, metrics: metrics.slice(start, start + 100) });
    }
    ms += 60_000;
    await server.call(`POST ${API}/runs/log-batch`, { run_id, params: [{ key: "lr", value: "1" }] });
    await fetch(`${server.url}${ARTIFACTS}/0/${run_id}/artifacts/a.txt`, { method: "PUT", body: "hello" });
  }
  const [kept, gone, fresh] = ids as [string, string, string];
  await server.call(`POST ${API}/runs/delete`, { run_id: gone });
  ms += 40 * 86_400_000;
  await server.call(`POST ${API}/runs/delete`, { run_id: fresh });
  const plan = await server.call("POST /api/v1/runs/gc", { isPlan: true });
  expect(plan.json).toEqual({ runs: [gone], points: 300, isDone: false });
  expect((await server.call("POST /api/v1/runs/gc", {})).json).toEqual({ runs: [gone], points: 300, isDone: true });
  expect((await server.call("POST /api/v1/runs/gc", {})).json).toEqual({ runs: [], points: 0, isDone: true });
  const left = await server.call(`GET /api/v1/runs/${gone}`);
  expect(left.json).toMatchObject({ id: gone, activeSec: 60 });
  expect((await fetch(`${server.url}${ARTIFACTS}/0/${gone}/artifacts/a.txt`)).status).toBe(404);
  const { rows } = { rows: await server.store.db.selectFrom("points").select("series_no").execute() };
  expect(rows.length).toBe(600);
  const restored = await server.call(`POST ${API}/runs/restore`, { run_id: gone });
  expect(restored).toMatchObject({ status: 400 });
  expect((restored.json as { message: string }).message).toContain("cannot be restored");
  expect((await server.call(`POST ${API}/runs/restore`, { run_id: fresh })).status).toBe(200);
  for (const id of [kept, fresh]) {
    expect(await (await fetch(`${server.url}${ARTIFACTS}/0/${id}/artifacts/a.txt`)).text()).toBe("hello");
  }
});
