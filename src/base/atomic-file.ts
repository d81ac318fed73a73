import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { asWriteFailure, syncFolder } from "./atomic-write.ts";
import { Failure } from "./failure.ts";

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
 * @throws Failure outside, from each of its functions, where the disk is full or may not be written
 */
export async function atomicFile(path: string): Promise<AtomicFile> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  const tried = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw asWriteFailure(error, path);
    }
  };
  const file = await tried(async () => {
    await mkdir(folder, { recursive: true });
    return open(temporary, "wx");
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
        await syncFolder(folder);
      }),
    abort: async () => {
      if (isOpen) await file.close().catch(() => undefined);
      isOpen = false;
      await rm(temporary, { force: true }).catch(() => undefined);
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
  throw new Failure("bad_input", `${path} is there already`, { hint: "name another file, or add --yes to replace it" });
}
