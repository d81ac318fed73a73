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
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

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

/** Sends the head of a request and its body in pieces, and returns what the server sent. */
async function sendSlowly(
  url: string,
  path: string,
  { bytes, pieces }: { bytes: number; pieces: number },
): Promise<string> {
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  let received = "";
  socket.on("data", (chunk) => (received += chunk.toString()));
  const failed = new Promise<Error>((resolve) => {
    socket.once("error", resolve);
  });
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${bytes}\r\n\r\n`,
  );
  const piece = Buffer.alloc(bytes / pieces, "x");
  for (let sent = 0; sent < pieces; sent++) {
    const written = new Promise<void>((resolve, reject) => {
      socket.write(piece, (error) => (error ? reject(error) : resolve()));
    });
    await written.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const answered = new Promise<void>((resolve) => {
    const look = (): void => (received.includes("\r\n\r\n") ? resolve() : void setTimeout(look, 5));
    look();
  });
  const error = await Promise.race([answered, failed]);
  socket.destroy();
  if (error !== undefined) throw error;
  return received;
}

test("a body of 40 MB that comes slowly is refused in words that the client can read", async () => {
  const server = await startTestServer();
  for (const path of ["/v1/traces", `${API}/runs/log-batch`, "/api/v1/import"]) {
    const answer = await sendSlowly(server.url, path, { bytes: 40 * 2 ** 20, pieces: 40 });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain("the body is larger than 33554432 bytes");
  }
  expect(server.log).toEqual([]);
  await server.end();
});

test("metrics are acknowledged while a long trace is redacted", async () => {
  const server = await serveProcess(folder);
  const runId = await newRun(server.url);
  const text = "Write to ada.lovelace@example.com or call +49 170 1234567 about the order. ".repeat(80_000); // 6 MB
  const span = { traceId: "a".repeat(32), spanId: "b".repeat(16), name: "chat", startTimeUnixNano: "1" };
  const attributes = [{ key: "gen_ai.prompt", value: { stringValue: text } }];
  let isStored = false;
  const traced = fetch(`${server.url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, attributes }] }] }] }),
  }).then((response) => {
    isStored = true;
    return response.status;
  });
  let acknowledged = 0;
  for (let step = 0; ; step++) {
    await post(server.url, "runs/log-metric", { run_id: runId, key: "a", value: step, timestamp: 1, step });
    if (isStored) break;
    acknowledged++;
  }
  expect(acknowledged).toBeGreaterThanOrEqual(10); // of a hundred and more, unless the disk stands still
  expect(await traced).toBe(200);
  const read = await fetch(`${server.url}/api/3.0/mlflow/traces/get?trace_id=tr-${"a".repeat(32)}`);
  const json = await read.text();
  expect(json).toContain("<EMAIL_ADDRESS>");
  expect(json).not.toContain("ada.lovelace");
  expect(await server.kill("SIGTERM")).toBe(0);
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
