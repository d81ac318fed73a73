import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

import { asWriteFailure, syncFolder } from "./atomic-write.ts";
import { Failure } from "./failure.ts";
import { isProcessAlive } from "./process-alive.ts";
import { forget, holdTemporary } from "./temporary-file.ts";

/** A folder being filled that nobody sees in its place before it is whole. */
export type AtomicFolder = {
  /** Where its files are written until then. */
  path: string;
  /** Waits until the disk has its names, then puts it in its place. */
  commit: () => Promise<void>;
  /** Forgets it; does nothing after `commit`. */
  abort: () => Promise<void>;
};

/** How a folder is left. */
export type AtomicFolderOptions = {
  /** Nothing in it may be written, added or removed any more. */
  readOnly?: boolean;
};

/**
 * Makes a folder that must not be there yet: filled next to its place, then renamed, so that after a crash it is there
 * whole or not at all. What a killed process of this machine left next to it is removed first. Its files must be synced
 * by who writes them. Call `abort` in a `finally`.
 *
 * @throws Failure bad_input where the path already exists; outside where the disk is full or may not be written
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

/** Removes what processes that are no more left of the same folder. */
async function removeLeft(parent: string, start: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(start) ? /^(\d+)\.tmp$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid !== undefined && (Number(pid) === process.pid || !isProcessAlive(Number(pid)))) {
      await removeFolder(join(parent, name));
    }
  }
}

/** A folder that was made read-only already can be emptied by its owner once it may be written again. */
async function removeFolder(path: string): Promise<void> {
  await chmod(path, 0o755);
  await rm(path, { recursive: true, force: true });
}
