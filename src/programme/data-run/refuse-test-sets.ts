import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import { readManifest } from "../../curate/freeze/frozen-folder.ts";
import type { SourceFile } from "../../curate/pipeline/reading/read-shards.ts";
import { readTestsetLock, TESTSET_LOCK } from "../folder/testset-lock.ts";

const HINT = "remove the file from data: files:, or give it the role eval there";

/**
 * Refuses files that are part of a set which `testset.lock` reserves for tests: a file in the folder of the set, a copy
 * of one, or the file that the set was frozen from. Single rows of a set are found by `train start`, which compares
 * hashes of rows, and by the stage `decontaminate`.
 *
 * @throws Failure check_failed that names the file and the set; bad_input if the lock cannot be read
 */
export async function refuseTestSets(dir: string, sources: readonly SourceFile[], hint = HINT): Promise<void> {
  const lock = await readTestsetLock(dir);
  const sets = Object.entries(lock?.sets ?? {}).filter(([, { role }]) => role === "test");
  if (sets.length === 0) return;
  const folders = await Promise.all(sets.map(([name, { folder }]) => reservedFiles(name, join(dir, folder))));
  for (const { path, source } of sources) {
    const real = await realpath(path);
    const inside = folders.find(({ folder }) => isInside(folder, real));
    if (inside !== undefined) throw refusal(source, `is part of the test set ${inside.name}`, hint);
    const sha256 = await hashFile(path);
    const copied = folders.find(({ hashes }) => hashes.has(sha256));
    if (copied !== undefined) throw refusal(source, `has the content of the test set ${copied.name}`, hint);
  }
}

type Reserved = { name: string; folder: string; hashes: ReadonlySet<string> };

async function reservedFiles(name: string, folder: string): Promise<Reserved> {
  const real = existsSync(folder) ? await realpath(folder) : folder;
  const files = (await readManifest(real))?.files ?? [];
  return { name, folder: real, hashes: new Set(files.flatMap(({ sha256, sourceSha256 }) => [sha256, sourceSha256])) };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
}

function refusal(source: string, what: string, hint: string): Failure {
  return new Failure("check_failed", `${source} ${what}, which ${TESTSET_LOCK} reserves: it cannot be training data`, {
    hint,
  });
}
