import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { isSystemError } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { TraceLine } from "../../domain/trace.ts";

/**
 * Folder of the cached traces: of the programme if there is one, otherwise of the user.
 *
 * @source XDG Base Directory Specification 0.8: XDG_CACHE_HOME, else ~/.cache
 */
export function traceCacheOf(
  env: Readonly<Record<string, string | undefined>>,
  programme: string | undefined,
): string | undefined {
  if (programme !== undefined) return join(programme, ".tunewright", "traces");
  const cache = env["XDG_CACHE_HOME"] || (env["HOME"] ? join(env["HOME"], ".cache") : undefined);
  return cache === undefined ? undefined : join(cache, "tunewright", "traces");
}

/** Name of a trace: a hash of all its inputs. */
export function traceKey(parts: unknown): string {
  return sha256(canonicalJson(parts)).slice(0, 32);
}

/** A cached trace; undefined if there is none. An incomplete file is reported and not used. */
export async function readCached(
  folder: string,
  key: string,
  note: (line: string) => void,
): Promise<TraceLine | undefined> {
  const path = join(folder, `${key}.json`);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return TraceLine.parse(JSON.parse(text));
  } catch {
    note(`warning: the cached trace ${path} is corrupt and is created again`);
    return undefined;
  }
}

/** Stores a trace; if the folder is not writable, only the next run is slower. */
export async function keepCached(folder: string, key: string, line: TraceLine): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await atomicWrite(join(folder, `${key}.json`), `${JSON.stringify(line)}\n`);
  } catch (error) {
    if (!(error instanceof Error) || (!isSystemError(error) && error.name !== "Failure")) throw error;
  }
}
