import { rmSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { makeBackup } from "../../../src/programme/backup/make-backup.ts";
import { restoreBackup } from "../../../src/programme/backup/restore-backup.ts";
import { dataFolder, openStore } from "../../../src/store/open-store.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runHere } from "../../cli/run-here.ts";
import { loggedRun } from "../../track/logged-run.ts";

const now = (): Date => new Date("2026-11-25T12:00:00Z");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-backup-"));
});
afterEach(() => rm(folder, { recursive: true }));

const copy = (): string => join(folder, "copy");
const back = (): Promise<unknown> =>
  makeBackup({ dataDir: dataFolder(folder), folder: copy() }, { now, onProgress: () => undefined });
const restore = (dataDir: string, may = true) =>
  restoreBackup({ folder: copy(), dataDir }, { now, mayReplace: async () => may });

/** The ids of the runs that are stored, in the order of the alphabet. */
async function runIds(dataDir: string): Promise<string[]> {
  const store = await openStore({ dataDir }, now);
  const rows = await store.db.selectFrom("runs").select("run_id").execute();
  await store.close();
  return rows.map(({ run_id }) => run_id).toSorted();
}

async function filled(): Promise<string> {
  const runId = await loggedRun(folder);
  await mkdir(join(dataFolder(folder), "artifacts/0"), { recursive: true });
  await writeFile(join(dataFolder(folder), "artifacts/0/model.txt"), "weights");
  return runId;
}

test("commands with a folder of the state suggest the next one with the same folder", async () => {
  const next = async (...argv: string[]): Promise<string | undefined> =>
    /^next: (.*)$/m.exec((await runHere(argv, { cwd: folder })).stderr)?.[1];
  expect(await next("accounts", "create", "ada", "--role", "admin", "--data", "state")).toBe(
    "tunewright serve --data state",
  );
  expect(await next("backup", "--data", "state", "--out", "copy")).toBe("tunewright restore copy . --data state");
  expect(await next("restore", "copy", "--data", "other")).toBe("tunewright serve . --data other");
});

describe("a backup", () => {
  test("is restored to the same runs and artifacts, while the store it is of is open", async () => {
    const runId = await filled();
    const open = await openStore({ dataDir: dataFolder(folder) }, now);
    await back();
    await open.close();
    const other = join(folder, "other");
    const restored = await restore(other);
    expect(restored).toMatchObject({ isDone: true, replaced: null, backup: { runs: 1 } });
    expect(await runIds(other)).toEqual([runId]);
    expect(await readFile(join(other, "artifacts/0/model.txt"), "utf8")).toBe("weights");
  });

  test("of a running server has neither an artifact that is removed meanwhile nor one that is being received", async () => {
    await filled();
    const artifacts = join(dataFolder(folder), "artifacts");
    await writeFile(join(artifacts, "0/removed.txt"), "soon gone");
    await mkdir(join(artifacts, ".receiving"));
    await writeFile(join(artifacts, ".receiving/part"), "half");
    const onProgress = (_step: string, fraction?: number): void => {
      if (fraction === 0.5) rmSync(join(artifacts, "0/removed.txt"));
    };
    const { backup } = await makeBackup({ dataDir: dataFolder(folder), folder: copy() }, { now, onProgress });
    expect(backup.files.map(({ path }) => path)).toEqual(["artifacts/0/model.txt", "tunewright.db"]);
  });

  test("moves state aside that is there, and only where it may", async () => {
    const first = await filled();
    await back();
    const second = await loggedRun(folder);
    expect(await restore(dataFolder(folder), false)).toMatchObject({ isDone: false });
    expect(await runIds(dataFolder(folder))).toEqual([first, second].toSorted());
    const { replaced } = await restore(dataFolder(folder));
    expect(await runIds(dataFolder(folder))).toEqual([first]);
    expect(await runIds(replaced!)).toEqual([first, second].toSorted());
  });

  test.each(["tunewright.db", "artifacts/0/model.txt", "backup.json"])("with a changed %s is refused", async (name) => {
    await filled();
    await back();
    await appendFile(join(copy(), name), "x");
    const { kind, message } = await catchFailureAsync(() => restore(join(folder, "other")));
    expect([kind, message.includes("corrupt")]).toEqual(["check_failed", true]);
  });

  test("never writes outside the data folder, whatever its list says", async () => {
    await filled();
    await back();
    const list = join(copy(), "backup.json");
    await writeFile(list, (await readFile(list, "utf8")).replace("artifacts/0/model.txt", "../../outside.txt"));
    expect((await catchFailureAsync(() => restore(join(folder, "other")))).kind).toBe("check_failed");
  });

  test("needs a database, and a folder that does not exist", async () => {
    expect((await catchFailureAsync(back)).kind).toBe("not_found");
    await filled();
    await mkdir(copy());
    expect((await catchFailureAsync(back)).kind).toBe("bad_input");
  });
});
