import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, expect, test } from "vitest";

import { measuredRequests, trafficFolder } from "../../../src/programme/watch/traffic-folder.ts";
import { ROOT, runCli } from "../../cli/run-cli.ts";
import { madeUpTraffic } from "../../watch/made-up-traffic.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-killed-"));
  await writeFile(join(dir, "requests.jsonl"), madeUpTraffic({ from: "2026-06-01", weeks: 20, perWeek: 1_200 }));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("an import that is killed again and again ends with each request once", async () => {
  const main = join(ROOT, "dist/cli/main.js");
  for (const afterMs of [400, 900, 1_500, 2_200, 3_000, 4_000]) {
    const child = spawn(process.execPath, [main, "watch", "import", "requests.jsonl"], { cwd: dir, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await sleep(afterMs);
    child.kill("SIGKILL");
    await ended;
  }
  const { code, stdout } = await runCli(["watch", "import", "requests.jsonl", "--json"], { cwd: dir });
  expect(code).toBe(0);
  const { files, stored } = JSON.parse(stdout) as {
    files: { rows: number; imported: number; known: number }[];
    stored: { rows: number };
  };
  expect(files[0]!.imported + files[0]!.known).toBe(24_000);
  expect(stored.rows).toBe(24_000);
  const requests = await measuredRequests(dir);
  expect(new Set(requests.map(({ id }) => id)).size).toBe(24_000);
  const names = await readdir(trafficFolder(dir));
  const parts = names.filter((name) => name.endsWith(".signals.parquet"));
  // No text without its part, and no half-written file.
  expect(names.filter((name) => name.endsWith(".texts.parquet"))).toHaveLength(parts.length);
  expect(names.length).toBe(2 * parts.length);
});
