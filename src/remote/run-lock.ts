import { link, mkdir, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { asWriteFailure, writeSynced } from "../base/atomic-write.ts";
import { Failure, isSystemError } from "../base/failure.ts";
import { isProcessAlive, processFacts } from "../base/process-alive.ts";
import { forget, temporaryPath } from "../base/temporary-file.ts";

/** Holder of the lock of a pipeline. */
type Owner = {
  host: string;
  pid: number;
  /** Start of the process as reported by the system, because its pid may be reused. */
  started?: string | undefined;
};

/**
 * Acquires the lock for running the pipeline of a folder: two concurrent runs would remove each other's files. A lock
 * whose process has ended is taken over, by one process only.
 *
 * @param problem message if another run holds it
 * @returns a function that releases it
 * @throws Failure bad_input if another run is in progress; outside if the folder is not writable
 */
export function lockRun(
  folder: string,
  problem = "another run of this pipeline is in progress",
): Promise<() => Promise<void>> {
  return lock(join(folder, "run.lock"), problem);
}

/** Milliseconds between two attempts to lock a file. */
const POLL_MS = 50;

/**
 * Runs work that reads and rewrites a file, exclusively: otherwise two concurrent processes would lose one of the
 * changes. Waits for the other process.
 *
 * @param waitSec maximum wait
 * @throws Failure bad_input if the other process takes longer, those of the work, and those of `lockRun`
 */
export async function withFileLock<Result>(
  path: string,
  waitSec: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const lockPath = join(dirname(path), `.${basename(path)}.lock`);
  const until = Date.now() + waitSec * 1000;
  for (;;) {
    let unlock: () => Promise<void>;
    try {
      unlock = await lock(lockPath, `${path} is being changed`);
    } catch (error) {
      if (!(error instanceof HeldLock) || Date.now() >= until) throw error;
      await sleep(POLL_MS);
      continue;
    }
    try {
      return await work();
    } finally {
      await unlock();
    }
  }
}

/** A lock held by a running process. */
class HeldLock extends Failure {}

async function lock(path: string, problem: string): Promise<() => Promise<void>> {
  const mine = JSON.stringify({
    host: hostname(),
    pid: process.pid,
    started: processFacts(process.pid)?.started,
  } satisfies Owner);
  try {
    await mkdir(dirname(path), { recursive: true });
    await take({ path, mine, problem });
  } catch (error) {
    throw asWriteFailure(error, path);
  }
  return () => giveBack(path, mine);
}

/** Takes a free lock. A stale one is replaced under a separate lock, after checking again. */
async function take({ path, mine, problem }: { path: string; mine: string; problem: string }): Promise<void> {
  const temporary = temporaryPath(path);
  await writeSynced(temporary, mine);
  try {
    if (await put(temporary, path, mine)) return;
    const found = await textOf(path);
    mustBeLeftOver(path, found, problem);
    const takeover = `${path}.taking`;
    await take({ path: takeover, mine, problem });
    try {
      const now = await textOf(path);
      mustBeLeftOver(path, now, problem);
      // A lock that was released in the meantime may be taken by any process: only a stale one is replaced.
      if (now !== undefined) await rename(temporary, path);
      else if (!(await put(temporary, path, mine))) mustBeLeftOver(path, await textOf(path), problem);
    } finally {
      await giveBack(takeover, mine);
    }
  } finally {
    await rm(temporary, { force: true });
    forget(temporary);
  }
}

/** Renames a complete file to a path that does not exist; false if the path exists. */
async function put(temporary: string, path: string, content: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    if (!isSystemError(error, "EPERM", "ENOTSUP", "ENOSYS", "EMLINK")) throw error;
  }
  try {
    await writeSynced(path, content); // a file system without hard links
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    throw error;
  }
}

async function giveBack(path: string, mine: string): Promise<void> {
  if ((await textOf(path)) === mine) await rm(path, { force: true });
}

function mustBeLeftOver(path: string, text: string | undefined, problem: string): void {
  const owner = ownerIn(text);
  if (owner === undefined || !isRunning(owner)) return;
  throw new HeldLock("bad_input", `${problem}: process ${owner.pid} on ${owner.host}`, {
    hint: `wait for it to end; if it no longer runs, remove ${path}`,
  });
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Undefined if the lock file is incomplete. */
function ownerIn(text: string | undefined): Owner | undefined {
  try {
    return JSON.parse(text ?? "") as Owner;
  } catch {
    return undefined;
  }
}

/** A process on another machine counts as running, because it cannot be checked. */
function isRunning({ host, pid, started }: Owner): boolean {
  if (host !== hostname()) return true;
  const now = processFacts(pid);
  if (now?.hasEnded === true) return false;
  if (started !== undefined && now !== undefined) return started === now.started;
  return pid !== process.pid && isProcessAlive(pid);
}
