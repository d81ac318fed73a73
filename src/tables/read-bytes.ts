import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";

import { Failure } from "../base/failure.ts";
import { asReadFailure } from "../base/read-text.ts";
import { decompressed } from "./decompress.ts";

/** Bytes of a data file while it is read. */
export type ByteSource = {
  /** Size of the file on disk. */
  bytes: number;
  /**
   * Content in chunks, decompressed if the file is gzip or zstd. A chunk is only valid until the next one is requested.
   */
  chunks: AsyncGenerator<Uint8Array>;
  /** Number of bytes of the file read so far. */
  bytesRead: () => number;
  /** SHA-256 of the bytes on disk; available after the last chunk. */
  sha256: () => string;
};

/**
 * Opens a data file to be read once from its start; gzip and zstd are recognised by its first bytes.
 *
 * @throws Failure not_found; bad_input if it is a folder, not a regular file, or empty. While reading: bad_input for
 *   compressed data that are truncated or exceed the expansion limit, outside if the disk fails
 */
export async function openBytes(path: string, chunkBytes: number): Promise<ByteSource> {
  const bytes = await fileSize(path);
  const hash = createHash("sha256");
  const progress = { bytes: 0 };
  // Not larger than the file: allocating a larger buffer for each of many small files costs more than reading them.
  const raw = rawChunks(path, Math.min(chunkBytes, bytes), (chunk) => {
    hash.update(chunk);
    progress.bytes += chunk.length;
  });
  return { bytes, chunks: decompressed(raw, path), bytesRead: () => progress.bytes, sha256: () => hash.digest("hex") };
}

/** Size of a regular non-empty file; otherwise fails like `openBytes`. */
export async function fileSize(path: string): Promise<number> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) {
      throw new Failure("bad_input", `${path} is a folder, not a file`, { hint: "name the data files inside it" });
    }
    if (!info.isFile())
      throw new Failure("bad_input", `${path} is not a regular file`, {
        hint: "write its output to a file, and name that file",
      });
    if (info.size === 0) throw new Failure("bad_input", `${path} is empty`, { hint: "expected data rows" });
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
