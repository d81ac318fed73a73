import { createReadStream, existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { asReadFailure } from "../../base/read-text.ts";
import { FrozenManifest, Tombstone } from "../../domain/frozen.ts";

/** Name of the manifest. */
export const MANIFEST = "manifest.json";

/** Name of the file that seals the manifest: its index, as for any file of rows. */
export const MANIFEST_SEAL = "manifest.json.rows";

/** Name of the file that records that a version was withdrawn: its rows are deleted, its manifest remains. */
export const TOMBSTONE = "withdrawn.json";

/** Record of a withdrawn version; undefined if it was not withdrawn. */
export async function tombstoneOf(dir: string): Promise<Tombstone | undefined> {
  try {
    return Tombstone.safeParse(JSON.parse(await readFile(join(dir, TOMBSTONE), "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** A manifest as the bytes of its file. */
export function manifestBytes(manifest: FrozenManifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** The digest of a version: the hash of its manifest without the digest itself (rows, author, time, reason). */
export function digestOf({
  digest: _digest,
  ...manifest
}: Omit<FrozenManifest, "digest"> & { digest?: string }): string {
  return sha256(canonicalJson(manifest));
}

/** The manifest in a folder; undefined if it is missing, damaged or invalid. */
export async function readManifest(dir: string): Promise<FrozenManifest | undefined> {
  try {
    return FrozenManifest.safeParse(JSON.parse(await readFile(join(dir, MANIFEST), "utf8"))).data;
  } catch {
    return undefined;
  }
}

/**
 * Folders of versions: this one, or those of the series in it, in the order of their names.
 *
 * @throws Failure bad_input for a file
 */
export async function versionsIn(dir: string): Promise<string[]> {
  if (existsSync(join(dir, MANIFEST)) || existsSync(join(dir, MANIFEST_SEAL)) || !existsSync(dir)) return [dir];
  if (!(await stat(dir)).isDirectory()) {
    throw new Failure("bad_input", `${dir} is a file; expected a frozen folder`, {
      hint: "name a folder that `tunewright data freeze` wrote",
    });
  }
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name);
  const versions = names.toSorted().map((name) => join(dir, name));
  const found = versions.filter(
    (version) => existsSync(join(version, MANIFEST)) || existsSync(join(version, MANIFEST_SEAL)),
  );
  return found.length === 0 ? [dir] : found;
}

/** Lines of a file with their line feeds; a few MiB and the longest line in memory. */
export async function* fileLines(path: string): AsyncGenerator<Buffer> {
  let open: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        const line = chunk.subarray(start, end + 1);
        yield open.length === 0 ? line : Buffer.concat([...open, line]);
        open = [];
        start = end + 1;
      }
      if (start < chunk.length) open.push(chunk.subarray(start));
    }
  } catch (error) {
    throw asReadFailure(error, path);
  }
  if (open.length > 0) yield Buffer.concat(open);
}
