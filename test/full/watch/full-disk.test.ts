import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { Failure } from "../../../src/base/failure.ts";
import { forgettable } from "../../../src/programme/watch/forget-requests.ts";
import { importRequests } from "../../../src/programme/watch/import-requests.ts";
import { measuredRequests, textsOfRequests } from "../../../src/programme/watch/traffic-folder.ts";
import { dataFolder } from "../../../src/store/open-store.ts";
import { madeUpTraffic } from "../../watch/made-up-traffic.ts";
import { withFailingCall } from "../fuzz/failing-disk.ts";

const NOW = new Date("2026-11-25T12:00:00Z");
const ROWS = 40;

async function prepare(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "tunewright-full-"));
  await writeFile(join(dir, "requests.jsonl"), madeUpTraffic({ from: "2026-08-24", weeks: 2, perWeek: ROWS / 2 }));
  await mkdir(join(dataFolder(dir), "watch"), { recursive: true });
  await writeFile(join(dataFolder(dir), "watch/redaction.key"), "07".repeat(32), { mode: 0o600 });
  return dir;
}

const load = (dir: string) =>
  importRequests({
    programmeDir: dir,
    files: [{ path: join(dir, "requests.jsonl"), shown: "requests.jsonl" }],
    sample: 1,
    sliceField: undefined,
    env: {},
    nowMs: NOW.getTime(),
  });

/** Fails the first write, the second and so on, until a run makes fewer; after each, `whole` must hold. */
async function failEachWrite(
  work: (dir: string) => Promise<void>,
  whole: (dir: string) => Promise<void>,
): Promise<number> {
  for (let nth = 1; ; nth++) {
    const dir = await prepare();
    try {
      const isFailed = await withFailingCall({ below: dir, nth, code: "ENOSPC" }, async () => {
        try {
          await work(dir);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure); // a full disk is named, and is no bug
        }
      });
      await whole(dir);
      if (!isFailed) return nth;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
}

test("an import on a full disk fails with its reason, and the next one has each request once with its texts", async () => {
  const writes = await failEachWrite(
    async (dir) => void (await load(dir)),
    async (dir) => {
      const { files, stored } = await load(dir);
      expect(files[0]!.imported + files[0]!.known).toBe(ROWS);
      expect(stored.rows).toBe(ROWS);
      const ids = (await measuredRequests(dir)).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ROWS);
      expect((await textsOfRequests(dir, new Set(ids))).size).toBe(ROWS);
    },
  );
  expect(writes).toBeGreaterThan(3);
});

test("forgetting on a full disk loses nobody else, and the same command ends it", async () => {
  const forget = async (dir: string): Promise<string[]> => {
    const found = await forgettable({ programmeDir: dir, user: "user-3", id: undefined, before: undefined });
    await found.forget(NOW);
    return found.ids;
  };
  const others = async (dir: string): Promise<string[]> => (await measuredRequests(dir)).map(({ id }) => id).toSorted();
  const whole = await prepare();
  await load(whole);
  const gone = new Set(await forget(whole));
  const kept = await others(whole);
  expect(gone.size).toBeGreaterThan(0);
  const writes = await failEachWrite(
    async (dir) => {
      await load(dir);
      await forget(dir);
    },
    async (dir) => {
      await load(dir);
      await forget(dir);
      expect(await others(dir)).toEqual(kept);
      expect((await textsOfRequests(dir, new Set(kept))).size).toBe(kept.length);
    },
  );
  expect(writes).toBeGreaterThan(6);
  await rm(whole, { recursive: true, force: true });
});
