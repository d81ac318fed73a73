import { renameSync } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { asWriteFailure, syncFolder, writeSynced } from "./atomic-write.ts";
import { Failure } from "./failure.ts";
import { forget, temporaryPath } from "./temporary-file.ts";

/**
 * Writes several files together: all are written and synced under temporary names, and renamed only when every one is
 * complete. If one cannot be written (disk full, no permission), none is changed.
 *
 * A crash during the renames can leave the first files new and the last ones old; each file on its own is always
 * complete.
 *
 * @param mode  permissions of the files, restricted by the umask
 * @throws Failure outside if one of them cannot be written
 */
export async function atomicWriteAll(
  files: readonly (readonly [path: string, content: string | Uint8Array])[],
  mode?: number,
): Promise<void> {
  const staged: { path: string; temporary: string }[] = [];
  let current = "";
  try {
    for (const [path, content] of files) {
      current = path;
      const folder = dirname(path);
      await mkdir(folder, { recursive: true });
      await refuseFolder(path);
      const temporary = temporaryPath(path);
      staged.push({ path, temporary });
      await writeSynced(temporary, content, mode);
    }
    for (const { path, temporary } of staged) renameSync(temporary, path);
    for (const folder of new Set(staged.map(({ path }) => dirname(path)))) await syncFolder(folder);
  } catch (error) {
    for (const { temporary } of staged) await rm(temporary, { force: true }).catch(() => undefined);
    throw asWriteFailure(error, current);
  } finally {
    for (const { temporary } of staged) forget(temporary);
  }
}

/** Renaming onto a folder would fail halfway, so this is checked before the first rename. */
async function refuseFolder(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory()) throw new Failure("outside", `cannot write ${path}: it is a folder`);
}
