import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { parseYaml } from "../../base/yaml.ts";
import { type LockedSet, TestsetLock } from "../../domain/testset-lock.ts";
import { checkFile } from "./file-failure.ts";
import { resolveInside } from "./resolve-inside.ts";

/** Name of the file that pins the sets of a programme. */
export const TESTSET_LOCK = "testset.lock";

/**
 * Reads `testset.lock`; undefined if the programme has none.
 *
 * @throws Failure bad_input that names the line and the field
 */
export async function readTestsetLock(dir: string): Promise<TestsetLock | undefined> {
  const path = join(dir, TESTSET_LOCK);
  if (!existsSync(path)) return undefined;
  return checkFile(TestsetLock, parseYaml(await readText(path), TESTSET_LOCK), {
    shown: TESTSET_LOCK,
    hint: "`tunewright eval init` writes the file; do not edit it by hand",
  });
}

/** A set of the lock by name. @throws Failure not_found */
export async function lockedSet(dir: string, name: string): Promise<LockedSet> {
  const lock = await readTestsetLock(dir);
  const set = lock?.sets[name];
  if (set !== undefined) return set;
  const names = Object.keys(lock?.sets ?? {});
  throw new Failure("not_found", `${TESTSET_LOCK} has no set ${JSON.stringify(name)}`, {
    hint:
      names.length === 0
        ? "freeze it and lock it: tunewright data freeze, then tunewright eval init NAME --set FOLDER"
        : (didYouMean(name, names) ?? `the sets are ${names.join(", ")}`),
  });
}

/** Writes the lock with a set added or replaced, sets in the order of their names. */
export async function writeTestsetLock(dir: string, { name, set }: { name: string; set: LockedSet }): Promise<void> {
  const before = (await readTestsetLock(dir))?.sets ?? {};
  const sets = Object.entries({ ...before, [name]: set }).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines = sets.flatMap(([set, { folder, digest, role, id, licence, slices }]) => [
    `  ${set}:`,
    `    folder: ${JSON.stringify(folder)}`,
    `    digest: ${digest}`,
    `    role: ${role}`,
    `    id: ${JSON.stringify(id)}`,
    `    licence: ${JSON.stringify(licence)}`,
    `    slices: ${JSON.stringify(slices)}`,
  ]);
  const head = [
    "# Frozen sets that evaluations use, pinned by digest. Written by `tunewright eval init`; checked by",
    "# `tunewright eval verify` and before every evaluation. Keep it in version control.",
  ];
  await atomicWrite(join(dir, TESTSET_LOCK), `${[...head, "format: 1", "sets:", ...lines].join("\n")}\n`);
}

/**
 * Absolute folder of a locked version inside the programme folder.
 *
 * @throws Failure not_found if it contains no version; bad_input if it is outside the programme folder
 */
export async function setFolder(dir: string, { folder }: Pick<LockedSet, "folder">): Promise<string> {
  for (const file of ["manifest.json", "manifest.json.rows"]) {
    if (existsSync(join(dir, folder, file))) return dirname(await resolveInside(dir, join(folder, file)));
  }
  throw new Failure("not_found", `${folder} is not a frozen version: it has no manifest.json`, {
    hint: "restore the folder from version control or a backup; `tunewright data freeze` makes a new version",
  });
}
