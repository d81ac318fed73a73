import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { freezeFiles } from "../../src/curate/freeze/freeze-files.ts";
import type { FrozenManifest } from "../../src/domain/frozen.ts";
import type { LockedSet } from "../../src/domain/testset-lock.ts";
import { writeTestsetLock } from "../../src/programme/folder/testset-lock.ts";
import { checkLockedSets } from "../../src/programme/training/locked-sets.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-locked-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function frozen(name: string, rows: readonly string[]): Promise<{ version: string; manifest: FrozenManifest }> {
  const file = join(folder, `${name}.jsonl`);
  await writeFile(file, rows.map((text) => `${JSON.stringify({ text })}\n`).join(""));
  const version = join(folder, name);
  const now = new Date("2026-11-25T12:00:00Z");
  return { version, manifest: await freezeFiles([file], { out: version, by: "QA", reason: "test", now }) };
}

async function lock(name: string, digest: string, role: LockedSet["role"]): Promise<void> {
  const set = { folder: name, digest, role, id: "id", licence: null, slices: [] };
  await writeTestsetLock(folder, { name, set });
}

describe("a training set", () => {
  test("passes where no test set is locked, and where it shares no row with one", async () => {
    const train = await frozen("train", ["a", "b"]);
    expect(await checkLockedSets(folder, train)).toMatchObject({ ok: true, detail: "there is no testset.lock" });
    await lock("held", (await frozen("held", ["c"])).manifest.digest, "test");
    expect(await checkLockedSets(folder, train)).toMatchObject({ ok: true });
  });

  test("that is a test set, or holds a row of one, is refused", async () => {
    const held = await frozen("held", ["b", "c"]);
    await lock("held", held.manifest.digest, "test");
    expect(await checkLockedSets(folder, held)).toMatchObject({
      ok: false,
      detail: "this version is the test set held",
    });
    const found = await checkLockedSets(folder, await frozen("train", ["a", "b"]));
    expect(found).toMatchObject({
      ok: false,
      detail: "the training data contains 1 row of the test set held (2 rows)",
    });
  });

  test("is refused as an evaluation too: the trainer chooses checkpoints by it", async () => {
    const held = await frozen("held", ["b", "c"]);
    await lock("held", held.manifest.digest, "test");
    expect(await checkLockedSets(folder, held, "evaluation")).toMatchObject({
      check: "locked test sets in the evaluation",
      ok: false,
    });
    expect(await checkLockedSets(folder, await frozen("dev", ["a", "b"]), "evaluation")).toMatchObject({
      ok: false,
      detail: "the evaluation data contains 1 row of the test set held (2 rows)",
    });
  });

  test("may share rows with a set to tune by, which is no test set", async () => {
    await lock("dev", (await frozen("dev", ["a"])).manifest.digest, "dev");
    expect(await checkLockedSets(folder, await frozen("train", ["a"]))).toMatchObject({ ok: true });
  });

  test("is refused where the test set cannot be read", async () => {
    await lock("held", (await frozen("held", ["c"])).manifest.digest, "test");
    await rm(join(folder, "held"), { recursive: true, force: true });
    expect(await checkLockedSets(folder, await frozen("train", ["a"]))).toMatchObject({
      ok: false,
      fix: "tunewright eval verify",
    });
  });
});
