import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { isSystemError } from "../base/failure.ts";

/**
 * File in a data folder whose token identifies the owner of the state. Only the user who owns the folder can read it.
 * That user can also read the database, so commands there need no account.
 */
const OWNER_TOKEN_FILE = "owner-token";

/** The token of the owner of a data folder; undefined if no server ran there, or one that belongs to another user. */
export async function readOwnerToken(dataDir: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dataDir, OWNER_TOKEN_FILE), "utf8")).trim() || undefined;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EACCES")) return undefined;
    throw error;
  }
}

/** The token of the owner of a data folder, created if it does not exist. @param fresh  a random token */
export async function keepOwnerToken(dataDir: string, fresh: string): Promise<string> {
  const path = join(dataDir, OWNER_TOKEN_FILE);
  const known = await readOwnerToken(dataDir);
  if (known !== undefined) {
    await chmod(path, 0o600);
    return known;
  }
  await mkdir(dataDir, { recursive: true });
  await writeFile(path, `${fresh}\n`, { mode: 0o600 });
  return fresh;
}
