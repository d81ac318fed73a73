import { existsSync } from "node:fs";
import { copyFile, mkdir, open, readdir, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { writeSynced } from "../../base/atomic-write.ts";
import { atomicFolder } from "../../base/atomic-folder.ts";
import type { Clock } from "../../base/clock.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import { packageVersion } from "../../base/package-version.ts";
import { counted } from "../../base/words.ts";
import type { Backup, BackupResult } from "../../domain/backup.ts";
import { copyDatabase } from "../../store/backup.ts";
import { DATABASE_FILE } from "../../store/open-store.ts";
import { RECEIVING } from "../../track/artifact-files.ts";

/** Name of the manifest of a backup. */
export const BACKUP_FILE = "backup.json";

/**
 * Copies the state of a data folder, database and artifacts, into a new folder, completely or not at all. A server may
 * keep running: the database copy is consistent, but an artifact that is written or removed meanwhile may be missing
 * from the copy.
 *
 * @throws Failure not_found if there is no database; bad_input if the folder already exists; outside
 */
export async function makeBackup(
  { dataDir, folder }: { dataDir: string; folder: string },
  { now, onProgress }: { now: Clock; onProgress: (step: string, fraction?: number) => void },
): Promise<BackupResult> {
  const database = join(dataDir, DATABASE_FILE);
  if (!existsSync(database)) {
    throw new Failure("not_found", `there is no database in ${dataDir}`, {
      hint: "back up PostgreSQL with pg_dump, and the artifacts by copying their folder",
    });
  }
  const target = await atomicFolder(folder);
  try {
    onProgress("copying the database");
    const { migration, runs } = await copyDatabase(database, join(target.path, DATABASE_FILE));
    const artifacts = await filesIn(join(dataDir, "artifacts"));
    for (const [index, path] of artifacts.entries()) {
      onProgress(`copying ${counted(artifacts.length, "artifact")}`, index / artifacts.length);
      await copySynced(path, join(target.path, relative(dataDir, path))).catch(unlessRemoved);
    }
    const files = await described(target.path);
    const backup: Backup = {
      kind: "tunewright-backup",
      version: packageVersion(),
      madeAt: now().toISOString(),
      migration,
      runs,
      files,
    };
    await writeSynced(join(target.path, BACKUP_FILE), `${JSON.stringify(backup, null, 2)}\n`);
    await target.commit();
    return { folder, dataDir, isDone: true, replaced: null, backup };
  } finally {
    await target.abort();
  }
}

/** All files below a folder, sorted, without those that are being received; none if it does not exist. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(unlessRemoved);
  const files: string[] = [];
  for (const entry of entries ?? []) {
    const path = join(folder, entry.name);
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && entry.name !== RECEIVING) files.push(...(await filesIn(path)));
  }
  return files.toSorted();
}

/** @throws the error, unless it is that a running server has removed a file */
function unlessRemoved(error: unknown): undefined {
  if (!isSystemError(error, "ENOENT")) throw error;
}

/** Copies a file and syncs it to the disk. */
export async function copySynced(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  const file = await open(to, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Path, size and hash of every file below a folder. */
async function described(folder: string): Promise<Backup["files"]> {
  const files: Backup["files"] = [];
  for (const path of await filesIn(folder)) {
    const { size } = await stat(path);
    files.push({ path: relative(folder, path), sizeBytes: size, sha256: await hashFile(path) });
  }
  return files;
}
