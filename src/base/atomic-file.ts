import { existsSync, realpathSync, statSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { asWriteFailure, syncFolder } from "./atomic-write.ts";
import { Failure, isSystemError } from "./failure.ts";
import { forget, temporaryPath } from "./temporary-file.ts";

/** A file being written that nobody sees before it is whole. */
export type AtomicFile = {
  /** Appends bytes, or text as UTF-8. */
  write: (content: string | Uint8Array) => Promise<void>;
  /** Waits until the disk has it, then puts it in its place. */
  commit: () => Promise<void>;
  /** Forgets it; does nothing after `commit`. */
  abort: () => Promise<void>;
};

/** Bytes that are gathered before they go to the disk. */
const BUFFER_BYTES = 2 ** 20;

/**
 * Opens a file to be written in parts, whole or not at all: what `atomicWrite` is for content that does not fit in
 * memory. Call `abort` in a `finally`.
 *
 * @param mode  who may read and write it, from the first byte on; less what the process's umask takes away
 * @param shown  path that messages name, where it is not the one that is written
 * @throws Failure outside, from each of its functions, where the disk is full or may not be written
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
 * Refuses to write over a file that is there.
 *
 * @throws Failure bad_input
 */
export function refuseOverwrite(path: string, mayOverwrite: boolean): void {
  if (mayOverwrite || !existsSync(path)) return;
  throw new Failure("bad_input", `${path} already exists`, { hint: "name another file, or add --yes to replace it" });
}

/**
 * Refuses to write two outputs to one file, or an output over a file that is read: the one would replace the other.
 * Files are the same where their real paths are, links followed, or where they are two names of one (hard links).
 *
 * @param outputs  paths to write; undefined for those that were not asked for
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

/** What two names of one file have in common: its place on the disk, or its path where it is not there yet. */
function fileId(path: string): string {
  const real = realPath(path);
  try {
    const found = statSync(real, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? real : `${found.dev} ${found.ino}`;
  } catch (error) {
    if (isSystemError(error)) return real; // a link to itself, a folder that may not be read: who opens it says so
    throw error;
  }
}

/** The path with all links followed, as far as there is something. */
export function realPath(path: string): string {
  const whole = resolve(path);
  const folder = dirname(whole);
  if (existsSync(whole)) return realpathSync(whole);
  return folder === whole ? whole : join(realPath(folder), basename(whole));
}
