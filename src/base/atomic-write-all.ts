import { renameSync } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { asWriteFailure, syncFolder, writeSynced } from "./atomic-write.ts";
import { Failure } from "./failure.ts";
import { forget, temporaryPath } from "./temporary-file.ts";

/**
 * Writes several files that belong together: all are written and synced next to their places first, and renamed only
 * when every one is whole. Where one cannot be written (disk full, no permission) none of them is changed.
 *
 * A crash within the microseconds of the renames can leave the first files new and the last ones old; each file on its
 * own is always whole.
 *
 * @param mode  who may read and write them, less what the process's umask takes away
 * @throws Failure outside where one of them cannot be written
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

/** A rename onto a folder would fail half way: find out before anything is renamed. */
async function refuseFolder(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory()) throw new Failure("outside", `cannot write ${path}: it is a folder`);
}
