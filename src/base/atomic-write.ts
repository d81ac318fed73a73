import { accessSync, constants } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { Failure, isSystemError } from "./failure.ts";
import { forget, temporaryPath } from "./temporary-file.ts";

/**
 * Writes a file whole or not at all: a temporary file next to it, fsync, rename, fsync of the folder.
 * A reader sees the old content or the new one, also after a crash; where the disk is full the old file stays.
 *
 * @param mode  who may read and write it, from the first byte on; less what the process's umask takes away
 * @throws Failure outside where the disk is full or may not be written
 */
export async function atomicWrite(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryPath(path);
  try {
    await mkdir(folder, { recursive: true });
    await writeSynced(temporary, content, mode);
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asWriteFailure(error, path);
  } finally {
    forget(temporary);
  }
}

/** Writes a file that must not be there yet, for those whom `mode` lets, and waits until the disk has it. */
export async function writeSynced(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Turns an error of the operating system while writing `path` into a Failure; passes anything else on. */
export function asWriteFailure(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  const cause = behindMkdir(error);
  return new Failure("outside", `cannot write ${path}: ${reason(cause)}`, { hint: remedy(cause), cause });
}

/** Errors of the operating system that no program can mend: its disk, its limits, its permissions. */
const OF_THE_SYSTEM = ["EACCES", "EPERM", "EROFS", "EIO", "ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM", "EFBIG"];

/** Turns an error of the operating system that nobody put into words into a Failure; passes anything else on. */
export function asSystemFailure(error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const cause = behindMkdir(error);
  if (!OF_THE_SYSTEM.includes(cause.code)) return error;
  const { path } = cause as { path?: unknown };
  const place = typeof path === "string" ? `cannot use ${path}` : "the system denied it";
  return new Failure("outside", `${place}: ${reason(cause)}`, { hint: remedy(cause), cause });
}

/**
 * What stands behind an error of making a folder: where the file system is read-only, Node says of `recursive` that the
 * folder does not exist, so the folder above it is asked.
 */
function behindMkdir(error: Error & { code: string }): Error & { code: string } {
  const { syscall, path } = error as { syscall?: unknown; path?: unknown };
  if (error.code !== "ENOENT" || syscall !== "mkdir" || typeof path !== "string") return error;
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (cause) {
    if (isSystemError(cause, ...OF_THE_SYSTEM)) return cause;
  }
  return error;
}

/** Makes a rename in a folder last through a crash of the machine. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems cannot sync a folder; the rename itself is still atomic there.
    if (!isSystemError(error, "EINVAL", "EPERM", "EISDIR", "ENOTSUP")) throw error;
  } finally {
    await handle.close();
  }
}

/** What helps: what was written whole before stays, so the file named keeps what it held. */
function remedy({ code }: { code: string }): string {
  if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code)) {
    return "the file is unchanged: free some space or choose another folder, then retry";
  }
  if (["EACCES", "EPERM", "EROFS"].includes(code)) {
    return "choose another folder, or grant this user write access, then retry";
  }
  return "choose another folder or file name, then retry";
}

function reason(error: Error & { code: string }): string {
  const words: Record<string, string> = {
    ENOSPC: "the disk is full",
    EDQUOT: "the disk quota is used up",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "the file system is read-only",
    ENOTDIR: "a part of the path is a file",
    EISDIR: "it is a folder",
    EEXIST: "a file has that name",
    EFBIG: "the file would be too large",
    EIO: "the disk does not respond correctly",
    EMFILE: "too many files are open",
    ENFILE: "too many files are open",
    ENOMEM: "the system has no memory left",
  };
  return words[error.code] ?? error.message;
}
