import { existsSync, realpathSync, statSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { asWriteFailure, syncFolder } from "./atomic-write.ts";
import { Failure, isSystemError } from "./failure.ts";
import { forget, temporaryPath } from "./temporary-file.ts";

/** A file that becomes visible only when it is complete. */
export type AtomicFile = {
  /** Appends bytes, or text as UTF-8. */
  write: (content: string | Uint8Array) => Promise<void>;
  /** Syncs the file to the disk and renames it to its final path. */
  commit: () => Promise<void>;
  /** Discards the file; has no effect after `commit`. */
  abort: () => Promise<void>;
};

/** Number of bytes that are buffered before a write. */
const BUFFER_BYTES = 2 ** 20;

/**
 * Opens a file that is written in parts and appears completely or not at all. Like `atomicWrite`, for content that does
 * not fit in memory. Call `abort` in a `finally`.
 *
 * @param mode  permissions from the first byte on, restricted by the umask
 * @param shown  path for messages, if it differs from the written one
 * @throws Failure outside, from each of its functions, if the disk is full or not writable
 */
export async function atomicFile(path: string, mode = 0o666, shown = path): Promise<AtomicFile> {
  const folder = dirname(path);
  const temporary = temporaryPath(path);
  const tried = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw asWriteFailure(error, shown);
    }
  };
  const file = await tried(async () => {
    await mkdir(folder, { recursive: true });
    return open(temporary, "wx", mode);
  });
  let [parts, size, isOpen]: [Uint8Array[], number, boolean] = [[], 0, true];
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(parts);
    [parts, size] = [[], 0];
    await file.writeFile(bytes);
  };
  return {
    write: (content) =>
      tried(async () => {
        const bytes = typeof content === "string" ? Buffer.from(content) : Uint8Array.from(content);
        parts.push(bytes);
        size += bytes.length;
        if (size >= BUFFER_BYTES) await flush();
      }),
    commit: () =>
      tried(async () => {
        await flush();
        await file.sync();
        await file.close();
        isOpen = false;
        await rename(temporary, path);
        forget(temporary);
        await syncFolder(folder);
      }),
    abort: async () => {
      if (isOpen) await file.close().catch(() => undefined);
      isOpen = false;
      await rm(temporary, { force: true }).catch(() => undefined);
      forget(temporary);
    },
  };
}

/**
 * Refuses to overwrite an existing file.
 *
 * @throws Failure bad_input
 */
export function refuseOverwrite(path: string, mayOverwrite: boolean): void {
  if (mayOverwrite || !existsSync(path)) return;
  throw new Failure("bad_input", `${path} already exists`, { hint: "name another file, or add --yes to replace it" });
}

/**
 * Refuses two outputs to one file, and an output that overwrites an input. Paths are the same file if their real paths
 * are equal or they are hard links.
 *
 * @param outputs  output paths; undefined for outputs that were not requested
 * @throws Failure bad_input
 */
export function refuseSameFile(outputs: readonly (string | undefined)[], inputs: readonly string[]): void {
  const read = new Set(inputs.map(fileId));
  const written = new Set<string>();
  for (const output of outputs) {
    if (output === undefined) continue;
    const real = fileId(output);
    if (read.has(real)) {
      throw new Failure("bad_input", `${output} is an input and would be overwritten`, { hint: "name another file" });
    }
    if (written.has(real)) {
      throw new Failure("bad_input", `${output} is used for two outputs: one would overwrite the other`, {
        hint: "name another file for one of them",
      });
    }
    written.add(real);
  }
}

/** Identity of a file: its device and inode, or its path if it does not exist. */
function fileId(path: string): string {
  const real = realPath(path);
  try {
    const found = statSync(real, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? real : `${found.dev} ${found.ino}`;
  } catch (error) {
    if (isSystemError(error)) return real; // a link to itself, or an unreadable folder: opening it reports the error
    throw error;
  }
}

/** The real path of the existing part of a path. */
export function realPath(path: string): string {
  const whole = resolve(path);
  const folder = dirname(whole);
  if (existsSync(whole)) return realpathSync(whole);
  return folder === whole ? whole : join(realPath(folder), basename(whole));
}
