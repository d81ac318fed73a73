import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** Errors of a disk or a kernel that has no more space. */
export const DISK_ERRORS = ["EIO", "EMFILE", "ENOSPC", "ENOMEM"] as const;

type Method = (...args: unknown[]) => Promise<unknown>;

/** Calls that a writer and a reader make of Node, and of an open file. */
const CALLS = {
  write: ["mkdir", "open", "rename", "writeFile", "readFile", "link"],
  read: ["stat", "lstat", "realpath", "open", "readFile"],
} as const;
const OF_HANDLE = {
  write: ["write", "writeFile", "sync", "datasync", "truncate", "chmod"],
  read: ["read", "readFile", "stat"],
} as const;

/**
 * Runs a work in which the `nth` call of a writer, or of a reader, on a path below a folder fails as a full or broken disk does.
 *
 * @returns whether so many calls were made
 */
export async function withFailingCall(
  { below, nth, code, of = "write" }: { below: string; nth: number; code: string; of?: keyof typeof CALLS },
  work: () => Promise<void>,
): Promise<boolean> {
  let calls = 0;
  const fail = (name: string): void => {
    calls += 1;
    if (calls === nth) throw Object.assign(new Error(`${code}: injected, ${name}`), { code, syscall: name, errno: -1 });
  };
  const module = fs as unknown as Record<string, Method>;
  const real = Object.fromEntries(CALLS[of].map((name) => [name, module[name]!]));
  for (const name of CALLS[of]) {
    module[name] = async (...args) => {
      if (!String(args[0]).startsWith(below)) return real[name]!(...args);
      fail(name);
      const opened = await real[name]!(...args);
      if (name === "open") watch(opened as Record<string, Method>, OF_HANDLE[of], fail);
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

function watch(handle: Record<string, Method>, names: readonly string[], fail: (name: string) => void): void {
  for (const name of names) {
    const call = handle[name];
    if (call === undefined) continue;
    handle[name] = async (...args) => {
      fail(name);
      return call.apply(handle, args);
    };
  }
}
