import { strToU8, zipSync } from "fflate";

import { Failure } from "../../../base/failure.ts";
import { sha256 } from "../../../base/hash.ts";
import type { PackManifest } from "../../../domain/compliance-pack.ts";

/** A file of an archive. */
export type ArchiveFile = { path: string; content: Uint8Array };

/** The first file of a pack: the hash of the manifest, 64 hex digits. */
export const MANIFEST_HASH = "manifest.sha256";

/** The second file of a pack. */
export const MANIFEST = "manifest.json";

/** Bytes of a local file header before the name (APPNOTE 4.3.7). */
const LOCAL_HEADER = 30;

/** Offset of the size of a stored file in its local header, and its length. */
const SIZE_OFFSET = 18;

/** Largest pack, in bytes; the plain ZIP format is limited to 4 GiB and 65,535 files. */
export const MOST_BYTES = 2 ** 31;

/** Maximum number of files in a pack. */
const MOST_FILES = 60_000;

/** A constant time in every header, so that equal content gives equal bytes. */
const TIME = new Date(1980, 0, 1);

/**
 * The bytes of a pack: a ZIP file without compression, in a fixed order and with fixed times. Equal files give equal
 * bytes, so every byte can be checked.
 *
 * @throws Failure bad_input if it is too large for the format
 */
export function packBytes(manifest: PackManifest, files: readonly ArchiveFile[]): Uint8Array {
  const text = strToU8(`${JSON.stringify(manifest, null, 2)}\n`);
  return archiveBytes([
    { path: MANIFEST_HASH, content: strToU8(sha256(text)) },
    { path: MANIFEST, content: text },
    ...files,
  ]);
}

/** The bytes of an archive with these files in this order. */
export function archiveBytes(files: readonly ArchiveFile[]): Uint8Array {
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  if (bytes > MOST_BYTES || files.length > MOST_FILES) {
    throw new Failure("bad_input", `the pack would contain ${files.length} files of ${bytes} bytes`, {
      hint: `at most ${MOST_FILES} files of ${MOST_BYTES} bytes: name fewer or smaller documents in compliance.yaml`,
    });
  }
  return zipSync(Object.fromEntries(files.map(({ path, content }) => [path, [content, { level: 0, mtime: TIME }]])));
}

/** Offset of the content of the file whose local header is at `offset`. */
export function contentOffset(path: string, offset: number): number {
  return offset + LOCAL_HEADER + strToU8(path).length;
}

/** Size stated by the local header at `offset`; undefined past the end. */
export function statedSize(bytes: Uint8Array, offset: number): number | undefined {
  if (offset + LOCAL_HEADER > bytes.length) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset + offset + SIZE_OFFSET, 4).getUint32(0, true);
}
