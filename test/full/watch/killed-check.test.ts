import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, expect, test } from "vitest";

import { RecordedCheck } from "../../../src/domain/watch-check.ts";
import { dataFolder, openStore } from "../../../src/store/open-store.ts";
import { ROOT, runCli } from "../../cli/run-cli.ts";
import { madeUpTraffic } from "../../watch/made-up-traffic.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-killed-check-"));
  const refusals = { week: 14, share: 0.5 };
  await writeFile(
    join(dir, "requests.jsonl"),
    madeUpTraffic({ from: "2026-06-01", weeks: 20, perWeek: 300, refusals }),
  );
  expect((await runCli(["watch", "import", "requests.jsonl"], { cwd: dir })).code).toBe(0);
  expect((await runCli(["watch", "init", "m"], { cwd: dir })).code).toBe(0);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("a check that is killed again and again raises each alarm once, and answers alike afterwards", async () => {
  const main = join(ROOT, "dist/cli/main.js");
  for (const afterMs of [300, 700, 1_000, 1_300, 1_700, 2_200, 2_800]) {
    const child = spawn(process.execPath, [main, "watch", "check", "m"], { cwd: dir, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await sleep(afterMs);
    child.kill("SIGKILL");
    await ended;
  }
  const { stdout } = await runCli(["watch", "check", "m", "--json"], { cwd: dir });
  const { check } = RecordedCheck.parse(JSON.parse(stdout));
  const store = await openStore({ dataDir: dataFolder(dir) }, () => new Date());
  try {
    const rows = await store.db.selectFrom("watch_alarms").select("alarm_id").orderBy("alarm_id").execute();
    expect(rows.map(({ alarm_id }) => alarm_id)).toEqual(check.alarms.map(({ id }) => id).toSorted());
  } finally {
    await store.close();
  }
  const again = RecordedCheck.parse(JSON.parse((await runCli(["watch", "check", "m", "--json"], { cwd: dir })).stdout));
  const plain = ({ check: found }: RecordedCheck): object => ({ ...found, checkedAt: null });
  expect(again.raised).toEqual([]);
  expect(plain(again)).toEqual({ ...check, checkedAt: null });
});
