import { chmod, link, mkdir, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

import { asWriteFailure, atomicWrite, writeSynced } from "../base/atomic-write.ts";
import { isSystemError } from "../base/failure.ts";
import { asReadFailure } from "../base/read-text.ts";
import { forget, temporaryPath } from "../base/temporary-file.ts";
import type { Storage, StoredFile } from "./storage-file.ts";

/** Permissions for the owner only, because rows may not have been redacted yet. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** A folder as file storage, which need not exist yet. Only its owner can access the folder and its files. */
export function folderStorage(folder: string): Storage {
  const path = (name: string): string => join(folder, name);
  return {
    read: async (name) => {
      try {
        return await readFile(path(name));
      } catch (error) {
        if (isSystemError(error, "ENOENT")) return undefined;
        throw asReadFailure(error, path(name));
      }
    },
    write: async (name, content) => {
      await makeFolder(folder).catch((error: unknown) => {
        throw asWriteFailure(error, path(name));
      });
      await atomicWrite(path(name), content, FILE_MODE);
    },
    writeSoon: (name, content) =>
      replaced(folder, name, (temporary) => writeSynced(temporary, content, FILE_MODE)).catch((error: unknown) => {
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
        throw asReadFailure(error, folder);
      }
    },
    listBelow: () => filesBelow(folder),
    remove: async (name) => {
      await rm(path(name), { force: true }).catch((error: unknown) => {
        throw asWriteFailure(error, path(name));
      });
      if (name.includes("/")) await removeEmpty(dirname(path(name)));
    },
  };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
}

/** Removes other users' access to an existing folder. */
export async function closeFolder(folder: string): Promise<void> {
  try {
    await chmod(folder, FOLDER_MODE);
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "EPERM", "EACCES", "EROFS", "ENOTSUP")) throw error;
  }
}

async function filesBelow(folder: string): Promise<StoredFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isSystemError(error, "ENOENT")) return [];
    throw asReadFailure(error, folder);
  });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mtimeMs, size, dev, ino, nlink } = await stat(path);
      const name = relative(folder, path).split(sep).join("/");
      const linked = nlink < 2 ? undefined : { id: `${dev} ${ino}`, names: nlink };
      return { name, modifiedMs: mtimeMs, bytes: size, linked };
    }),
  );
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ENOTEMPTY", "EEXIST")) throw error;
  }
}

/** Writes a file completely or not at all, without syncing the rename. */
async function replaced(folder: string, name: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryPath(join(folder, name));
  try {
    await makeFolder(folder);
    await make(temporary);
    await rename(temporary, join(folder, name));
  } finally {
    // Renaming a file onto a hard link to itself does nothing, and both names remain.
    await rm(temporary, { force: true }).catch(() => undefined);
    forget(temporary);
  }
}
