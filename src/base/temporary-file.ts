import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readlinkSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

import { isSystemError } from "./failure.ts";
import { isProcessAlive } from "./process-alive.ts";

/** Name of a file that is being written: the name it will have, who writes it, and something that no other has. */
const TEMPORARY = /^\.(.+)\.(?:([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{8}|[0-9a-f-]{36})\.(?:tmp|jsonl)$/;

/** Time in which work that other threads of the process have begun comes to its end. */
const SETTLE_MS = 30;

/** Temporary files of this process that are not in their place yet. */
const open = new Set<string>();

/** Folders in which threads of this process write, each with temporary files that this one does not know. */
const threadFolders = new Set<string>();

/** Folders that were looked at for what dead processes left. */
const swept = new Set<string>();

/** The machine, and on Linux the space in which its process numbers count, as 8 hexadecimal digits. */
let machine: string | undefined;

/**
 * A hidden path next to a file, to write it whole before it is renamed into its place. What processes of this machine
 * that have ended left in that folder is removed first, once a folder. Call `forget` when it is renamed or removed; until
 * then `removeTemporaries` removes it.
 *
 * @param ending  the last part of its name
 */
export function temporaryPath(path: string, ending: "tmp" | "jsonl" = "tmp"): string {
  const folder = dirname(path);
  removeLeftIn(folder);
  const owner = `${machineId()}-${process.pid}-${randomBytes(4).toString("hex")}`;
  const temporary = join(folder, `.${basename(path)}.${owner}.${ending}`);
  open.add(temporary);
  return temporary;
}

/** Says that a file or folder is temporary: `removeTemporaries` removes it with all that is in it. */
export function holdTemporary(path: string): void {
  open.add(path);
}

/** Says that a temporary file is gone: in its place, or removed. */
export function forget(temporary: string): void {
  open.delete(temporary);
}

/** Says that threads of this process write below a folder: `removeTemporaries` then looks there. */
export function writtenByThreads(folder: string): void {
  threadFolders.add(folder);
}

/** Says that the threads that wrote below a folder have ended. */
export function forgetThreads(folder: string): void {
  threadFolders.delete(folder);
}

/** Removes the temporary files and folders of this process, whatever it was doing: for a process that ends. */
export function removeTemporaries(): void {
  if (open.size === 0 && threadFolders.size === 0) return;
  remove();
  // A file that was about to be opened when the process was told to end comes a moment later.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLE_MS);
  remove();
  open.clear();
}

function remove(): void {
  for (const path of [...open, ...[...threadFolders].flatMap(ownBelow)]) {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 10 });
    } catch {
      // it stays until the next run in that folder
    }
  }
}

function ownBelow(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true });
    const isOwn = (name: string): boolean => {
      const [, , owner, pid] = TEMPORARY.exec(name) ?? [];
      return owner === machineId() && Number(pid) === process.pid;
    };
    return names.filter(({ name }) => isOwn(name)).map(({ parentPath, name }) => join(parentPath, name));
  } catch {
    return []; // it was never made
  }
}

/** The name of the file that a hidden one would have become; undefined for any other name. */
export function temporaryFor(name: string): string | undefined {
  return TEMPORARY.exec(name)?.[1];
}

/** Removes from a folder what processes of this machine that have ended were writing there. */
function removeLeftIn(folder: string): void {
  if (swept.has(folder)) return;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (isSystemError(error)) return; // it does not exist yet, or who writes there says so
    throw error;
  }
  swept.add(folder);
  for (const name of names) {
    const [, , owner, pid] = TEMPORARY.exec(name) ?? [];
    if (owner !== machineId() || isProcessAlive(Number(pid))) continue;
    try {
      rmSync(join(folder, name), { force: true });
    } catch {
      // not ours to remove: it does no harm
    }
  }
}

function machineId(): string {
  if (machine !== undefined) return machine;
  let space = "";
  try {
    space = readlinkSync("/proc/self/ns/pid"); // two containers may have one name
  } catch {
    // not Linux
  }
  machine = createHash("sha256").update(`${hostname()} ${space}`).digest("hex").slice(0, 8);
  return machine;
}
