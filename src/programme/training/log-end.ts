import { open } from "node:fs/promises";
import { join } from "node:path";

import { isSystemError } from "../../base/failure.ts";

/**
 * The end of the output of an attempt's trainer; undefined before there is any. A log that grew too large was truncated
 * by its wrapper, which kept its end in `log.old.txt`.
 */
export async function logEnd(attemptFolder: string, bytes: number): Promise<Buffer | undefined> {
  const newest = await endOf(join(attemptFolder, "log.txt"), bytes);
  if (newest !== undefined && newest.length >= bytes) return newest;
  const older = await endOf(join(attemptFolder, "log.old.txt"), bytes - (newest?.length ?? 0));
  if (newest === undefined || older === undefined) return newest ?? older;
  return Buffer.concat([older, newest]);
}

async function endOf(path: string, bytes: number): Promise<Buffer | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const length = Math.min(size, bytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
