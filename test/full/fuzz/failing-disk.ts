import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** What a disk or a kernel says when it can no more. */
export const DISK_ERRORS = ["EIO", "EMFILE", "ENOSPC", "ENOMEM"] as const;

type Method = (...args: unknown[]) => Promise<unknown>;

/** Calls that a writer makes of Node, and of an open file. */
const CALLS = ["mkdir", "open", "rename", "writeFile", "readFile", "link"] as const;
const OF_HANDLE = ["write", "writeFile", "sync", "datasync", "truncate", "chmod"] as const;

/**
 * Runs a work in which the `nth` call of a writer on a path below a folder fails as a full or broken disk does.
 *
 * @returns whether so many calls were made
 */
export async function withFailingCall(
  { below, nth, code }: { below: string; nth: number; code: string },
  work: () => Promise<void>,
): Promise<boolean> {
  let calls = 0;
  const fail = (name: string): void => {
    calls += 1;
    if (calls === nth) throw Object.assign(new Error(`${code}: injected, ${name}`), { code, syscall: name, errno: -1 });
  };
  const module = fs as unknown as Record<string, Method>;
  const real = Object.fromEntries(CALLS.map((name) => [name, module[name]!]));
  for (const name of CALLS) {
    module[name] = async (...args) => {
      if (!String(args[0]).startsWith(below)) return real[name]!(...args);
      fail(name);
      const opened = await real[name]!(...args);
      if (name === "open") watch(opened as Record<string, Method>, fail);
      return opened;
    };
  }
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(module, real);
    syncBuiltinESMExports();
  }
  return calls >= nth;
}

function watch(handle: Record<string, Method>, fail: (name: string) => void): void {
  for (const name of OF_HANDLE) {
    const call = handle[name];
    if (call === undefined) continue;
    handle[name] = async (...args) => {
      fail(name);
      return call.apply(handle, args);
    };
  }
}
