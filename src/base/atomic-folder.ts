import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

import { asWriteFailure, syncFolder } from "./atomic-write.ts";
import { Failure } from "./failure.ts";
import { isProcessAlive } from "./process-alive.ts";
import { forget, holdTemporary } from "./temporary-file.ts";

/** A folder that becomes visible at its path only when it is complete. */
export type AtomicFolder = {
  /** Temporary folder in which to write its files. */
  path: string;
  /** Syncs its entries to the disk and renames it to its final path. */
  commit: () => Promise<void>;
  /** Discards the folder; has no effect after `commit`. */
  abort: () => Promise<void>;
};

/** Permissions of the finished folder. */
export type AtomicFolderOptions = {
  /** Makes the folder read-only: no entry can be written, added or removed. */
  readOnly?: boolean;
};

/**
 * Creates a new folder, which is filled under a temporary name and then renamed, so that after a crash it is either
 * complete or absent. Leftovers of killed processes on this machine are removed first. The caller must sync the files
 * of the folder. Call `abort` in a `finally`.
 *
 * @throws Failure bad_input if the path already exists; outside if the disk is full or not writable
 */
export async function atomicFolder(
  path: string,
  { readOnly = false }: AtomicFolderOptions = {},
): Promise<AtomicFolder> {
  refuseExisting(path);
  const parent = dirname(path);
  const start = `.${basename(path)}.${hostname()}-`;
  const temporary = join(parent, `${start}${process.pid}.tmp`);
  const tried = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      throw asWriteFailure(error, path);
    }
  };
  let isOpen = true;
  await tried(async () => {
    await mkdir(parent, { recursive: true });
    await removeLeft(parent, start);
    holdTemporary(temporary);
    await mkdir(temporary);
  });
  return {
    path: temporary,
    commit: () =>
      tried(async () => {
        if (readOnly) for (const name of await readdir(temporary)) await chmod(join(temporary, name), 0o444);
        await syncFolder(temporary);
        if (readOnly) await chmod(temporary, 0o555);
        refuseExisting(path); // a rename onto an empty folder would replace it
        await rename(temporary, path);
        isOpen = false;
        forget(temporary);
        await syncFolder(parent);
      }),
    abort: async () => {
      if (isOpen) await removeFolder(temporary).catch(() => undefined);
      isOpen = false;
      forget(temporary);
    },
  };
}

function refuseExisting(path: string): void {
  if (!existsSync(path)) return;
  throw new Failure("bad_input", `${path} already exists`, {
    hint: "name another folder; this one is never overwritten",
  });
}

/** Removes temporary folders for the same path that ended processes left behind. */
async function removeLeft(parent: string, start: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(start) ? /^(\d+)\.tmp$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid !== undefined && (Number(pid) === process.pid || !isProcessAlive(Number(pid)))) {
      await removeFolder(join(parent, name));
    }
  }
}

/** A read-only folder must be made writable before its owner can empty it. */
async function removeFolder(path: string): Promise<void> {
  await chmod(path, 0o755);
  await rm(path, { recursive: true, force: true });
}
