import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { atomicWrite } from "../base/atomic-write.ts";
import { Failure, isSystemError } from "../base/failure.ts";

const Lease = z.object({
  pid: z.int().positive(),
  /** Address of the server; null while it starts. */
  url: z.string().nullable(),
  /** Random name of the process, so that a reused pid or port is not mistaken for it. */
  instance: z.string(),
});

/** Owner of a data folder: the server that runs there. */
export type Lease = z.infer<typeof Lease>;

/** Asks the server at a URL for its instance; undefined if no server answers. */
export type Probe = (url: string) => Promise<string | undefined>;

function leasePath(dataDir: string): string {
  return join(dataDir, "server.json");
}

/**
 * The lease of a running server; undefined if no server runs in this folder. A lease is ignored if its process has
 * ended or its address answers with another instance.
 */
export async function liveLease(dataDir: string, probe: Probe): Promise<Lease | undefined> {
  const lease = await readLease(dataDir);
  if (lease === undefined || !isRunning(lease.pid)) return undefined;
  if (lease.url === null) return lease;
  return (await probe(lease.url)) === lease.instance ? lease : undefined;
}

/**
 * Locks a data folder for this process. The lease of an ended server is taken over.
 *
 * @throws Failure outside if another server owns it
 */
export async function takeLease(dataDir: string, lease: Lease, probe: Probe): Promise<void> {
  const path = leasePath(dataDir);
  for (;;) {
    try {
      await writeFile(path, `${JSON.stringify(lease)}\n`, { flag: "wx" });
      return;
    } catch (error) {
      if (!isSystemError(error, "EEXIST")) throw error;
    }
    const owner = await liveLease(dataDir, probe);
    if (owner !== undefined) {
      throw new Failure(
        "outside",
        `${dataDir} is in use by a running server: process ${owner.pid}, ${shownUrl(owner)}`,
        {
          hint: "use that server, stop it, or serve another folder",
        },
      );
    }
    // if two processes take over at the same time, only one of them can rename the old lease
    const stale = `${path}.${lease.instance}`;
    await rename(path, stale).catch((error: unknown) => {
      if (!isSystemError(error, "ENOENT")) throw error;
    });
    await rm(stale, { force: true });
  }
}

function shownUrl({ url }: Lease): string {
  return url ?? "still starting";
}

/** Writes the address to a lease of this process. */
export async function updateLease(dataDir: string, lease: Lease): Promise<void> {
  await atomicWrite(leasePath(dataDir), `${JSON.stringify(lease)}\n`);
}

/** Releases a data folder. Has no effect if another process owns it now. */
export async function releaseLease(dataDir: string, { instance }: Lease): Promise<void> {
  if ((await readLease(dataDir))?.instance === instance) await rm(leasePath(dataDir), { force: true });
}

async function readLease(dataDir: string): Promise<Lease | undefined> {
  try {
    return Lease.parse(JSON.parse(await readFile(leasePath(dataDir), "utf8")));
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR") || error instanceof SyntaxError || error instanceof z.ZodError) {
      return undefined; // there is none, or it was truncated by a power failure
    }
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error, "EPERM");
  }
}
