import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { serveProcess, type ServeProcess } from "../../server/serve-process.ts";
import { freshDatabase } from "../../store/fresh-database.ts";

const API = "/api/2.0/mlflow";
/** Kills of the server. */
const ROUNDS = Number(process.env["TUNEWRIGHT_KILLS"] ?? "12");
const WRITERS = 6;

let folder: string;
let database: { url: string; drop: () => Promise<void> } | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-killed-"));
  const given = process.env["DATABASE_URL"]; // SQLite where it is not set
  database = given === undefined || given === "" ? undefined : await freshDatabase(given);
});
afterAll(async () => {
  await database?.drop();
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

const started = (): Promise<ServeProcess> => serveProcess(folder, 0, database?.url);

async function post(url: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${API}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** Logs step after step until the server is gone; says which were acknowledged. */
async function write(url: string, runId: string, acknowledged: Set<number>): Promise<void> {
  for (let step = acknowledged.size === 0 ? 0 : Math.max(...acknowledged) + 1; ; step++) {
    const metrics = ["a", "b", "c"].map((key) => ({ key, value: step / 3, timestamp: 1000 + step, step }));
    try {
      await post(url, "runs/log-batch", { run_id: runId, metrics });
    } catch {
      return; // killed in between: this step may be there or not
    }
    acknowledged.add(step);
  }
}

async function stepsOf(url: string, runId: string, key: string): Promise<Set<number>> {
  const steps = new Set<number>();
  let token = "";
  do {
    const response = await fetch(
      `${url}${API}/metrics/get-history?run_id=${runId}&metric_key=${key}&max_results=1000&page_token=${encodeURIComponent(token)}`,
    );
    expect(response.status).toBe(200);
    const page = (await response.json()) as { metrics?: { step: number; value: number }[]; next_page_token?: string };
    for (const { step, value } of page.metrics ?? []) {
      expect(value).toBe(step / 3);
      steps.add(step);
    }
    token = page.next_page_token ?? "";
  } while (token !== "");
  return steps;
}

describe("a server that is killed under load", () => {
  test(`loses nothing that it acknowledged, in ${ROUNDS} rounds of ${WRITERS} writers, and keeps batches whole`, async () => {
    let server: ServeProcess = await started();
    const runs: { id: string; acknowledged: Set<number> }[] = [];
    for (let writer = 0; writer < WRITERS; writer++) {
      const answer = await post(server.url, "runs/create", { experiment_id: "0", start_time: 1 });
      runs.push({ id: (answer["run"] as { info: { run_id: string } }).info.run_id, acknowledged: new Set() });
    }
    for (let round = 0; round < ROUNDS; round++) {
      const writing = runs.map(({ id, acknowledged }) => write(server.url, id, acknowledged));
      await sleep(150 + ((round * 137) % 400));
      await server.kill("SIGKILL");
      await Promise.all(writing);
      server = await started();
      for (const { id, acknowledged } of runs) {
        const [a, b, c] = [
          await stepsOf(server.url, id, "a"),
          await stepsOf(server.url, id, "b"),
          await stepsOf(server.url, id, "c"),
        ];
        expect([...acknowledged].filter((step) => !a.has(step))).toEqual([]);
        expect([b, c]).toEqual([a, a]);
      }
    }
    const acknowledged = runs.reduce((sum, run) => sum + run.acknowledged.size, 0);
    process.stdout.write(`${ROUNDS} kills, ${acknowledged} batches acknowledged\n`);
    expect(runs.every((run) => run.acknowledged.size > 0)).toBe(true);
    expect(acknowledged).toBeGreaterThan(ROUNDS);
    expect(await server.kill("SIGTERM")).toBe(0);
  });

  test("ends cleanly on SIGTERM with all that it answered to, and a client may try the rest again", async () => {
    const first = await started();
    const answer = await post(first.url, "runs/create", { experiment_id: "0", start_time: 1 });
    const { run_id } = (answer["run"] as { info: { run_id: string } }).info;
    const acknowledged = new Set<number>();
    const writing = write(first.url, run_id, acknowledged);
    await sleep(300);
    expect(await first.kill("SIGTERM")).toBe(0);
    await writing;
    const second = await started();
    const steps = await stepsOf(second.url, run_id, "a");
    expect([...acknowledged].filter((step) => !steps.has(step))).toEqual([]);
    await second.kill("SIGTERM");
  });
});
