import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readlinkSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

import { isSystemError } from "./failure.ts";
import { isProcessAlive } from "./process-alive.ts";

/** Pattern of temporary names: the final name, the writing process, and a unique part. */
const TEMPORARY = /^\.(.+)\.(?:([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{8}|[0-9a-f-]{36})\.(?:tmp|jsonl)$/;

/** Time after which work started by other threads of the process is assumed to be finished. */
const SETTLE_MS = 30;

/** Temporary files of this process that have not been renamed yet. */
const open = new Set<string>();

/** Folders in which threads of this process write, each with temporary files that are unknown to this thread. */
const threadFolders = new Set<string>();

/** Folders that were already checked for leftovers of ended processes. */
const swept = new Set<string>();

/** The machine, and on Linux the PID namespace, as 8 hexadecimal digits. */
let machine: string | undefined;

/**
 * A hidden path next to a file, to which the file is written completely before it is renamed. Leftovers of ended
 * processes on this machine in that folder are removed first, once per folder. Call `forget` when the file is renamed
 * or removed; until then, `removeTemporaries` removes it.
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

/** Registers a file or folder as temporary: `removeTemporaries` removes it with its contents. */
export function holdTemporary(path: string): void {
  open.add(path);
}

/** Unregisters a temporary file that was renamed or removed. */
export function forget(temporary: string): void {
  open.delete(temporary);
}

/** Registers a folder in which threads of this process write; `removeTemporaries` then searches it. */
export function writtenByThreads(folder: string): void {
  threadFolders.add(folder);
}

/** Unregisters such a folder after its threads have ended. */
export function forgetThreads(folder: string): void {
  threadFolders.delete(folder);
}

/** Removes the temporary files and folders of this process before it exits. */
export function removeTemporaries(): void {
  if (open.size === 0 && threadFolders.size === 0) return;
  remove();
  // A file that was being opened when the process was told to exit may appear a moment later.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLE_MS);
  remove();
  open.clear();
}

function remove(): void {
  for (const path of [...open, ...[...threadFolders].flatMap(ownBelow)]) {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 10 });
    } catch {
      // it remains until the next run in that folder
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
    return []; // it was never created
  }
}

/** The final name of a temporary file; undefined for any other name. */
export function temporaryFor(name: string): string | undefined {
  return TEMPORARY.exec(name)?.[1];
}

/** Removes leftovers of ended processes on this machine from a folder. */
function removeLeftIn(folder: string): void {
  if (swept.has(folder)) return;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (isSystemError(error)) return; // it does not exist yet, or the writer reports the error
    throw error;
  }
  swept.add(folder);
  for (const name of names) {
    const [, , owner, pid] = TEMPORARY.exec(name) ?? [];
    if (owner !== machineId() || isProcessAlive(Number(pid))) continue;
    try {
      rmSync(join(folder, name), { force: true });
    } catch {
      // not ours to remove, and harmless
    }
  }
}

function machineId(): string {
  if (machine !== undefined) return machine;
  let space = "";
  try {
    space = readlinkSync("/proc/self/ns/pid"); // two containers may have the same name
  } catch {
    // not Linux
  }
  machine = createHash("sha256").update(`${hostname()} ${space}`).digest("hex").slice(0, 8);
  return machine;
}
