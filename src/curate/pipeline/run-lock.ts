import { mkdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { atomicWrite, writeSynced } from "../../base/atomic-write.ts";
import { Failure, isSystemError } from "../../base/failure.ts";

/** Who runs a pipeline in a folder. */
type Owner = { host: string; pid: number };

/**
 * Takes the right to run the pipeline of a folder: two runs at once would clean up after each other. A lock whose process
 * has ended is taken over.
 *
 * @returns what gives it back
 * @throws Failure bad_input where another run is under way
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "run.lock");
  const mine: Owner = { host: hostname(), pid: process.pid };
  await mkdir(folder, { recursive: true });
  try {
    await writeSynced(path, JSON.stringify(mine));
  } catch (error) {
    if (!isSystemError(error, "EEXIST")) throw error;
    const owner = await ownerOf(path);
    if (owner !== undefined && isRunning(owner)) {
      throw new Failure(
        "bad_input",
        `another run of this pipeline is under way: process ${owner.pid} on ${owner.host}`,
        {
          hint: `wait for it, or remove ${path} where that is not so`,
        },
      );
    }
    await atomicWrite(path, JSON.stringify(mine));
  }
  return () => rm(path, { force: true });
}

/** Undefined where the lock was cut off while it was written. */
async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

/** A process of another machine is taken as running: it cannot be asked. */
function isRunning({ host, pid }: Owner): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error, "EPERM");
  }
}
