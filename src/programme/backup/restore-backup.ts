import { existsSync } from "node:fs";
import { mkdir, readFile, rename, stat } from "node:fs/promises";
import { isAbsolute, join, normalize } from "node:path";

import { syncFolder } from "../../base/atomic-write.ts";
import type { Clock } from "../../base/clock.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import { Backup, type BackupResult } from "../../domain/backup.ts";
import { liveLease } from "../../store/lease.ts";
import { DATABASE_FILE } from "../../store/open-store.ts";
import { probeServer } from "../state/server-client.ts";
import { BACKUP_FILE, copySynced } from "./make-backup.ts";

/**
 * Restores a backup into a data folder. Every file is checked against its hash first. Existing state is moved aside,
 * never deleted.
 *
 * @throws Failure not_found; check_failed if a file of the backup is missing or changed; outside while a server runs
 */
export async function restoreBackup(
  { folder, dataDir }: { folder: string; dataDir: string },
  { now, mayReplace }: { now: Clock; mayReplace: (runs: number) => Promise<boolean> },
): Promise<BackupResult> {
  const backup = await readBackup(folder);
  for (const file of backup.files) await checkFile(folder, file);
  const lease = await liveLease(dataDir, probeServer);
  if (lease !== undefined) {
    throw new Failure("outside", `a server runs in ${dataDir} (process ${lease.pid})`, { hint: "stop it first" });
  }
  const isTaken = existsSync(join(dataDir, DATABASE_FILE));
  if (isTaken && !(await mayReplace(backup.runs))) return { folder, dataDir, isDone: false, replaced: null, backup };
  const replaced = isTaken ? await moveAside(dataDir, now) : null;
  await mkdir(dataDir, { recursive: true });
  const [database, artifacts] = [
    backup.files.filter(({ path }) => path === DATABASE_FILE),
    backup.files.filter(({ path }) => path !== DATABASE_FILE),
  ];
  // the database last: an interrupted restore leaves none, and can be repeated
  for (const { path } of [...artifacts, ...database]) await copySynced(join(folder, path), join(dataDir, path));
  await syncFolder(dataDir);
  return { folder, dataDir, isDone: true, replaced, backup };
}

async function readBackup(folder: string): Promise<Backup> {
  let text: string;
  try {
    text = await readFile(join(folder, BACKUP_FILE), "utf8");
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ENOTDIR")) throw error;
    throw new Failure("not_found", `${folder} is not a backup: it has no ${BACKUP_FILE}`, {
      hint: "tunewright backup",
    });
  }
  const parsed = Backup.safeParse(parsedJson(text));
  const isInside = (path: string): boolean => !isAbsolute(path) && normalize(path) === path && !path.startsWith("..");
  if (!parsed.success || !parsed.data.files.every(({ path }) => isInside(path))) {
    throw new Failure("check_failed", `${join(folder, BACKUP_FILE)} is corrupt`, { hint: "use another backup" });
  }
  return parsed.data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function checkFile(folder: string, { path, sizeBytes, sha256 }: Backup["files"][number]): Promise<void> {
  const place = join(folder, path);
  const isWhole = existsSync(place) && (await stat(place)).size === sizeBytes && (await hashFile(place)) === sha256;
  if (!isWhole) {
    throw new Failure("check_failed", `${place} is missing or corrupt: checksum mismatch`, {
      hint: "use another backup",
    });
  }
}

/** Moves database and artifacts into a folder next to them. */
async function moveAside(dataDir: string, now: Clock): Promise<string> {
  const aside = join(dataDir, "backups", `replaced-${now().getTime()}`);
  await mkdir(aside, { recursive: true });
  for (const name of [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, "artifacts"]) {
    if (existsSync(join(dataDir, name))) await rename(join(dataDir, name), join(aside, name));
  }
  await syncFolder(dataDir);
  return aside;
}
