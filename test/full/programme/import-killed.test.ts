import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { DatabaseSync } from "@photostructure/sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";

import { RunImport } from "../../../src/domain/run-import.ts";
import { DATABASE_FILE, openStore } from "../../../src/store/open-store.ts";
import { MAIN, runProcess } from "../../cli/run-cli.ts";
import { MLRUNS_RUN as RUN, writeMlruns } from "../../programme/runs/foreign-trackers.ts";
import { versionMeta, writeFiles, writeMlrunsModels } from "../../programme/runs/mlruns-models.ts";

const MODELS = 60;
const KILLS = 5;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-import-killed-"));
  const root = await writeMlruns(folder, "1 2.5 0\n");
  await writeMlrunsModels(root);
  for (let number = 0; number < MODELS; number += 1) {
    const id = `m-${String(number).padStart(32, "0")}`;
    const logged = `820896056614371479/models/${id}`;
    await writeFiles(root, {
      [`models/n${number}/meta.yaml`]: `creation_timestamp: 1\nlast_updated_timestamp: 2\nname: n${number}\n`,
      [`models/n${number}/version-1/meta.yaml`]: versionMeta(1, { source: `models:/${id}`, run_id: RUN }),
      [`models/n${number}/aliases/best`]: "1",
      [`${logged}/meta.yaml`]: `creation_timestamp: 1\nlast_updated_timestamp: 2\nmodel_id: ${id}\nname: a\nstatus: 2\n`,
      [`${logged}/params/lr`]: "0.1",
      [`${logged}/artifacts/w.bin`]: `weights ${number}`,
    });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

async function imported(cwd: string): Promise<RunImport> {
  const { code, stdout, stderr } = await runProcess(process.execPath, [MAIN, "runs", "import", "../mlruns", "--json"], {
    cwd,
  });
  expect(code, stderr).toBe(0);
  return RunImport.parse(JSON.parse(stdout));
}

/** Registered models that an import has written so far. */
function modelsIn(cwd: string): number {
  try {
    const database = new DatabaseSync(join(cwd, ".tunewright", DATABASE_FILE), { readOnly: true });
    try {
      return (database.prepare("select count(*) as count from registered_models").get() as { count: number }).count;
    } finally {
      database.close();
    }
  } catch {
    return 0; // it has no database or no tables yet
  }
}

/** Everything about models that is stored, without the numbers of rows. */
async function stored(cwd: string): Promise<string> {
  const store = await openStore({ dataDir: join(cwd, ".tunewright") }, () => new Date(0));
  try {
    const { db } = store;
    const versions = await db
      .selectFrom("registered_models")
      .innerJoin("model_versions", "model_versions.registered_no", "registered_models.registered_no")
      .select(["name", "version", "stage", "source", "storage_location", "run_id", "status"])
      .orderBy("name")
      .orderBy("version")
      .execute();
    const tags = await db
      .selectFrom("registered_models")
      .innerJoin("registered_model_tags as tag", "tag.registered_no", "registered_models.registered_no")
      .innerJoin("registered_model_aliases as alias", "alias.registered_no", "registered_models.registered_no")
      .select(["name", "key", "value", "alias"])
      .orderBy("name")
      .orderBy("key")
      .execute();
    const logged = await db
      .selectFrom("logged_models")
      .innerJoin("logged_model_tags as tag", "tag.model_no", "logged_models.model_no")
      .select(["model_id", "name", "status", "source_run_id", "key", "value"])
      .orderBy("model_id")
      .orderBy("key")
      .execute();
    return JSON.stringify([versions, tags, logged]);
  } finally {
    await store.close();
  }
}

test("an import of models that is killed again and again ends with what an undisturbed one stores", async () => {
  const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
  for (const place of [whole, killed]) await mkdir(place);
  const start = performance.now();
  const expected = await imported(whole);
  const tookMs = performance.now() - start;
  expect(expected).toMatchObject({
    registeredModels: { imported: MODELS + 1 },
    loggedModels: { imported: MODELS + 1 },
  });
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = spawn(process.execPath, [MAIN, "runs", "import", "../mlruns"], { cwd: killed, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    // early, and then once it has written more models than the one before
    if (kill === 0) await sleep(tookMs * 0.2);
    else while (child.exitCode === null && modelsIn(killed) < kill * 10) await sleep(2);
    child.kill("SIGKILL");
    await ended;
  }
  const last = await imported(killed);
  const { found, imported: fresh, updated, unchanged, leftOut } = last.registeredModels;
  expect(last.agrees).toBe(true);
  expect(fresh + unchanged).toBe(found);
  expect([updated, leftOut]).toEqual([0, 0]);
  expect(unchanged, "the killed imports had written some").toBeGreaterThanOrEqual(10 * (KILLS - 1));
  expect(await stored(killed)).toBe(await stored(whole));
  const again = await imported(killed);
  expect(again).toMatchObject({
    registeredModels: { imported: 0, updated: 0 },
    loggedModels: { imported: 0, updated: 0 },
  });
});
