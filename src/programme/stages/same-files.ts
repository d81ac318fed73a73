import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { hashFile } from "../../base/hash-file.ts";

/** Whether two files, or all files of two folders, have the same names and bytes. */
export async function areSame(a: string, b: string): Promise<boolean> {
  const [left, right] = [await hashesOf(a), await hashesOf(b)];
  return left.size === right.size && [...left].every(([name, hash]) => right.get(name) === hash);
}

/** SHA-256 of each file below a path, by its path there; of a single file under the empty name. */
async function hashesOf(path: string): Promise<Map<string, string>> {
  if (!(await stat(path)).isDirectory()) return new Map([["", await hashFile(path)]]);
  const found = new Map<string, string>();
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    found.set(file.slice(path.length), await hashFile(file));
  }
  return found;
}
