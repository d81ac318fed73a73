import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { serveProcess } from "../../server/serve-process.ts";

const API = "/api/2.0/mlflow";
/** Bytes of an artifact: more than the log of the database, which is as long as it becomes from the start. */
const ARTIFACT = 40_000_000;
const hasPrlimit = spawnSync("prlimit", ["--version"]).status === 0;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-full-disk-"));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

/** Largest size of a file that a process may write from now on: the closest to a full disk without one. */
function limitFiles(pid: number, bytes: number | "unlimited"): void {
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);
}

/** Metrics whose keys are long, so that few batches fill a small disk. */
const batch = (step: number) =>
  Array.from({ length: 100 }, (_, index) => ({
    key: `${"k".repeat(200)}${step}-${index}`,
    value: 1,
    timestamp: 1,
    step: 0,
  }));

test.skipIf(!hasPrlimit)(
  "a disk without space is a clear error, and the server goes on once there is space (needs prlimit)",
  async () => {
    const server = await serveProcess(folder);
    const send = async (route: string, body: string | Uint8Array<ArrayBuffer>) => {
      const [method, path] = route.split(" ") as [string, string];
      const headers = { "content-type": typeof body === "string" ? "application/json" : "application/octet-stream" };
      const response = await fetch(server.url + path, { method, headers, body });
      return { status: response.status, text: await response.text() };
    };
    const log = (step: number) =>
      send(`POST ${API}/runs/log-batch`, JSON.stringify({ run_id: runId, metrics: batch(step) }));
    const put = (name: string) =>
      send(`PUT /api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/${name}`, new Uint8Array(ARTIFACT));
    const created = await send(`POST ${API}/runs/create`, JSON.stringify({ experiment_id: "0", start_time: 1 }));
    const runId = (JSON.parse(created.text) as { run: { info: { run_id: string } } }).run.info.run_id;
    expect((await log(0)).status).toBe(200);
    const { size } = await stat(join(folder, ".tunewright", "tunewright.db-wal"));
    limitFiles(server.process.pid!, size + 200_000);

    let stored = 1;
    let refused = await log(stored);
    while (refused.status === 200 && stored < 200) refused = await log(++stored);
    expect([refused.status, refused.text]).toEqual([
      503,
      expect.stringMatching(/the disk of the database (failed|is full)/),
    ]);
    expect(refused.text).not.toContain(folder);
    const artifact = await put("large.bin");
    expect([artifact.status, artifact.text]).toEqual([
      503,
      expect.stringContaining("the disk of the artifacts is full"),
    ]);
    expect(artifact.text).not.toContain(folder);
    limitFiles(server.process.pid!, ARTIFACT - 10); // all but the end of its last part fits
    expect((await put("large.bin")).status).toBe(503);

    limitFiles(server.process.pid!, "unlimited");
    expect((await log(stored)).status).toBe(200);
    expect((await put("large.bin")).status).toBe(200);
    const run = await fetch(`${server.url}${API}/runs/get?run_id=${runId}`);
    const { run: found } = (await run.json()) as { run: { data: { metrics: unknown[] } } };
    expect(found.data.metrics).toHaveLength((stored + 1) * 100); // all that was acknowledged
    const listed = await fetch(
      `${server.url}/api/2.0/mlflow-artifacts/artifacts?path=${encodeURIComponent(`0/${runId}/artifacts`)}`,
    );
    expect(await listed.json()).toEqual({ files: [{ path: "large.bin", is_dir: false, file_size: ARTIFACT }] });
    expect(await server.kill("SIGTERM")).toBe(0);
  },
);
