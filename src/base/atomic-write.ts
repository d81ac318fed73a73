import { accessSync, constants } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { Failure, isSystemError } from "./failure.ts";
import { forget, temporaryPath } from "./temporary-file.ts";

/**
 * Writes a file completely or not at all: a temporary file, fsync, rename, fsync of the folder. A reader sees either
 * the old or the new content, even after a crash; if the disk is full, the old file remains.
 *
 * @param mode  permissions from the first byte on, restricted by the umask
 * @throws Failure outside if the disk is full or not writable
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

/** Creates a file that must not exist, with `mode` as its permissions, and syncs it to the disk. */
export async function writeSynced(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Converts an operating system error from writing `path` into a Failure; rethrows anything else. */
export function asWriteFailure(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  const cause = behindMkdir(error);
  return new Failure("outside", `cannot write ${path}: ${reason(cause)}`, { hint: remedy(cause), cause });
}

/** Operating system errors that no program can fix: disk, limits, permissions. */
const OF_THE_SYSTEM = ["EACCES", "EPERM", "EROFS", "EIO", "ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM", "EFBIG"];

/** Converts any other operating system error into a Failure; rethrows anything else. */
export function asSystemFailure(error: unknown): unknown {
  if (!isSystemError(error)) return error;
  const cause = behindMkdir(error);
  if (!OF_THE_SYSTEM.includes(cause.code)) return error;
  const { path } = cause as { path?: unknown };
  const place = typeof path === "string" ? `cannot use ${path}` : "the system refused the operation";
  return new Failure("outside", `${place}: ${reason(cause)}`, { hint: remedy(cause), cause });
}

/**
 * Cause of an error from creating a folder. On a read-only file system, Node with `recursive` reports that the folder
 * does not exist, so the parent folder is checked.
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

/** Syncs a folder, so that a rename in it survives a crash of the machine. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems cannot sync a folder; the rename is still atomic there.
    if (!isSystemError(error, "EINVAL", "EPERM", "EISDIR", "ENOTSUP")) throw error;
  } finally {
    await handle.close();
  }
}

/** Hint that the earlier content of the file is unchanged. */
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
