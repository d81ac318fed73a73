import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { asWriteFailure, atomicWrite, writeSynced } from "../../base/atomic-write.ts";
import { isSystemError } from "../../base/failure.ts";
import type { Storage } from "./storage-file.ts";

/** A folder as a place for files, which need not be there yet. */
export function folderStorage(folder: string): Storage {
  const path = (name: string): string => join(folder, name);
  return {
    read: async (name) => {
      try {
        return await readFile(path(name));
      } catch (error) {
        if (isSystemError(error, "ENOENT")) return undefined;
        throw error;
      }
    },
    write: (name, content) => atomicWrite(path(name), content),
    writeSoon: (name, content) =>
      replaced(folder, name, (temporary) => writeSynced(temporary, content)).catch((error: unknown) => {
        throw asWriteFailure(error, path(name));
      }),
    copyFrom: async (location, name) => {
      try {
        await replaced(folder, name, (temporary) => link(join(location, name), temporary));
        return true;
      } catch (error) {
        if (isSystemError(error, "EPERM", "EXDEV", "EMLINK", "ENOTSUP", "ENOENT")) return false;
        throw asWriteFailure(error, path(name));
      }
    },
    list: async () => {
      try {
        const names = await readdir(folder);
        return await Promise.all(names.map(async (name) => ({ name, modifiedMs: (await stat(path(name))).mtimeMs })));
      } catch (error) {
        if (isSystemError(error, "ENOENT")) return [];
        throw error;
      }
    },
    remove: (name) => rm(path(name), { force: true }),
  };
}

/** Puts a file in its place whole or not at all; the rename is not waited for. */
async function replaced(folder: string, name: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(folder, `.${name}.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await make(temporary);
    await rename(temporary, join(folder, name));
  } finally {
    // A rename of a file onto another name of itself does nothing, and both names stay.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
