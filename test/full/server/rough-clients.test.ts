import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { serveProcess } from "../../server/serve-process.ts";
import { startTestServer } from "../../server/start-test-server.ts";

const API = "/api/2.0/mlflow";
const WRITERS = 8;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-rough-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function post(url: string, path: string, body: object): Promise<Record<string, never>> {
  const response = await fetch(`${url}${API}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, never>;
}

async function newRun(url: string): Promise<string> {
  const created = await post(url, "runs/create", { experiment_id: "0", start_time: 1 });
  return (created as unknown as { run: { info: { run_id: string } } }).run.info.run_id;
}

test("300 clients that send a head and then nothing keep nobody from logging, and the server stops", async () => {
  const server = await startTestServer();
  const { port } = new URL(server.url);
  const sockets: Socket[] = [];
  for (let client = 0; client < 300; client++) {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(
      `POST ${API}/runs/log-batch HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
        `Content-Length: 1000\r\n\r\n{"run_id":`,
    );
    sockets.push(socket);
  }
  const runId = await newRun(server.url);
  for (let step = 0; step < 20; step++) {
    await post(server.url, "runs/log-metric", { run_id: runId, key: "a", value: step, timestamp: 1, step });
  }
  expect(server.log).toEqual([]);
  await server.end(); // ends within its grace, though the bodies never come
  for (const socket of sockets) socket.destroy();
});

test("SIGTERM under load ends the server with 0, and what it acknowledged is there", async () => {
  for (let round = 0; round < 4; round++) {
    const server = await serveProcess(folder);
    const runId = await newRun(server.url);
    const acknowledged: number[] = [];
    let next = 0;
    const writers = Array.from({ length: WRITERS }, async () => {
      for (;;) {
        const step = next++;
        try {
          await post(server.url, "runs/log-metric", { run_id: runId, key: "a", value: step, timestamp: 1, step });
        } catch {
          return; // the server has gone
        }
        acknowledged.push(step);
      }
    });
    while (acknowledged.length < 100 * (round + 1)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await server.kill("SIGTERM")).toBe(0);
    await Promise.all(writers);
    const again = await serveProcess(folder);
    const response = await fetch(`${again.url}${API}/metrics/get-history?run_id=${runId}&metric_key=a`);
    const { metrics } = (await response.json()) as { metrics: { step: number }[] };
    const stored = new Set(metrics.map(({ step }) => step));
    expect(acknowledged.filter((step) => !stored.has(step))).toEqual([]);
    expect(await again.kill("SIGTERM")).toBe(0);
  }
});

test("a clock that jumps back and forth makes no time that was not there", async () => {
  let ms = Date.parse("2026-11-25T12:00:00Z");
  const server = await startTestServer(undefined, { now: () => new Date(ms) });
  const runId = await newRun(server.url);
  const jumps = [1, -3600, 7200, -86_400, 10, 86_400, -1, 0];
  for (const [step, seconds] of jumps.entries()) {
    ms += seconds * 1000;
    await post(server.url, "runs/log-metric", { run_id: runId, key: "a", value: step, timestamp: 1, step });
  }
  await post(server.url, "runs/update", { run_id: runId, status: "FINISHED" });
  const { json } = await server.call(`GET /api/v1/runs/${runId}`);
  const { activeSec, activity } = json as { activeSec: number; activity: { openedAt: string; lastAt: string }[] };
  expect(activeSec).toBeGreaterThanOrEqual(0);
  for (const { openedAt, lastAt } of activity) expect(lastAt >= openedAt).toBe(true);
  expect(activeSec).toBeLessThanOrEqual(2 * 86_400);
  expect(server.log).toEqual([]);
  await server.end();
});
