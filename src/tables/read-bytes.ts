import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";

import { Failure, isSystemError } from "../base/failure.ts";
import { asReadFailure } from "../base/read-text.ts";
import { putBack } from "./put-back.ts";

/** Bytes of a data file as they are read. */
export type ByteSource = {
  /** Size of the file on disk. */
  bytes: number;
  /** Content in chunks: decompressed where the file is gzip. A chunk is only valid until the next is asked for. */
  chunks: AsyncGenerator<Uint8Array>;
  /** Bytes of the file read so far. */
  bytesRead: () => number;
  /** SHA-256 of the bytes on disk; to be asked after the last chunk. */
  sha256: () => string;
};

/**
 * Opens a data file to be read once from its start; gzip is recognised by its first bytes.
 *
 * @throws Failure not_found; bad_input where it is a folder, no regular file, or empty. While reading: bad_input for
 *   torn gzip data, outside where the disk fails
 */
export async function openBytes(path: string, chunkBytes: number): Promise<ByteSource> {
  const bytes = await fileSize(path);
  const hash = createHash("sha256");
  const progress = { bytes: 0 };
  const raw = rawChunks(path, chunkBytes, (chunk) => {
    hash.update(chunk);
    progress.bytes += chunk.length;
  });
  return { bytes, chunks: unzipped(raw, path), bytesRead: () => progress.bytes, sha256: () => hash.digest("hex") };
}

/** Size of a regular file that holds something; the failures of `openBytes` for any other. */
export async function fileSize(path: string): Promise<number> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) {
      throw new Failure("bad_input", `${path} is a folder, not a file`, { hint: "name the data files inside it" });
    }
    if (!info.isFile()) throw new Failure("bad_input", `${path} is not a regular file`);
    if (info.size === 0) throw new Failure("bad_input", `${path} is empty`, { hint: "expected rows of data" });
    return info.size;
  } catch (error) {
    throw asReadFailure(error, path);
  }
}

async function* rawChunks(
  path: string,
  chunkBytes: number,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw asReadFailure(error, path);
  });
  try {
    const buffer = new Uint8Array(chunkBytes);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes).catch((error: unknown) => {
        throw asReadFailure(error, path);
      });
      if (bytesRead === 0) return;
      const chunk = buffer.subarray(0, bytesRead);
      onChunk(chunk);
      yield chunk;
    }
  } finally {
    await file.close();
  }
}

async function* unzipped(raw: AsyncGenerator<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const first = await raw.next();
  if (first.done === true) return;
  const chunks = putBack(first.value, raw);
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* chunks;
    return;
  }
  // The stream keeps what it is given, while the reader reuses its buffer: hence the copy.
  const copies = (async function* () {
    for await (const chunk of chunks) yield Uint8Array.from(chunk);
  })();
  const source = Readable.from(copies);
  const gunzip = createGunzip({ chunkSize: 2 ** 20 });
  source.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Uint8Array;
  } catch (error) {
    if (!isSystemError(error) || !error.code?.startsWith("Z_")) throw error;
    throw new Failure("bad_input", `${path}: the gzip data is broken or ends too early`, {
      hint: `test it with: gzip -t ${path}`,
      cause: error,
    });
  } finally {
    gunzip.destroy();
    source.destroy();
    await raw.return(undefined);
  }
}
