import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { counted } from "../../base/words.ts";
import { readManifest } from "../../curate/freeze/frozen-folder.ts";
import { sealsOf } from "../../curate/freeze/row-seal.ts";
import type { FrozenManifest } from "../../domain/frozen.ts";
import { Failure } from "../../base/failure.ts";
import type { PreflightCheck } from "../../domain/training-job.ts";
import { readTestsetLock, setFolder, TESTSET_LOCK } from "../folder/testset-lock.ts";

const CHECKS = { training: "locked test sets", evaluation: "locked test sets in the evaluation" } as const;

const FIXES = {
  training: "remove those rows and freeze again: tunewright data decontaminate, then data freeze",
  evaluation: "evaluate on a set with role dev: a checkpoint that a test set chose has been tuned on it",
} as const;

/**
 * Checks whether a version contains rows of a set that `testset.lock` reserves for tests: the version itself, or single
 * rows byte for byte. A set that cannot be read fails the check, because it may have been trained on.
 *
 * @param version folder of the version that the trainer reads
 * @param use     what the trainer does with it: it also chooses checkpoints and trials by the evaluation
 */
export async function checkLockedSets(
  programmeDir: string,
  { version, manifest }: { version: string; manifest: FrozenManifest },
  use: keyof typeof CHECKS = "training",
): Promise<PreflightCheck> {
  const [check, fix] = [CHECKS[use], FIXES[use]];
  try {
    const lock = await readTestsetLock(programmeDir);
    const sets = Object.entries(lock?.sets ?? {}).filter(([, { role }]) => role === "test");
    const none = lock === undefined ? `there is no ${TESTSET_LOCK}` : `${TESTSET_LOCK} locks none`;
    if (sets.length === 0) return { check, ok: true, detail: none, fix: null };
    const trained = await rowHashes(version, manifest);
    for (const [name, set] of sets) {
      if (set.digest === manifest.digest) {
        return { check, ok: false, detail: `this version is the test set ${name}`, fix };
      }
      const folder = await setFolder(programmeDir, set);
      const held = await readManifest(folder);
      if (held === undefined) {
        throw new Failure("bad_input", `the manifest of the test set ${name} cannot be read`, {
          hint: "tunewright eval verify",
        });
      }
      const rows = await rowHashes(folder, held);
      const shared = [...rows].filter((hash) => trained.has(hash)).length;
      if (shared === 0) continue;
      const detail = `the ${use} data contains ${counted(shared, "row")} of the test set ${name} (${rows.size} rows)`;
      return { check, ok: false, detail, fix };
    }
    return { check, ok: true, detail: `no overlap with ${counted(sets.length, "locked set")}`, fix: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { check, ok: false, detail: error.message, fix: "tunewright eval verify" };
  }
}

async function rowHashes(folder: string, { files }: FrozenManifest): Promise<Set<string>> {
  const hashes = new Set<string>();
  for (const { index } of files) {
    const seals = sealsOf(await readFile(join(folder, index), "utf8").catch(() => "unreadable"));
    if (seals === undefined) {
      throw new Failure("bad_input", `${index} of ${folder} cannot be read`, { hint: "tunewright data verify" });
    }
    for (const { sha256 } of seals) hashes.add(sha256);
  }
  return hashes;
}
