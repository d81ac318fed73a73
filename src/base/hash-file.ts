import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { asReadFailure } from "./read-text.ts";

/**
 * SHA-256 of a file as 64 hex digits. The file is read as a stream.
 *
 * @throws Failure not_found, or outside if it is not readable
 */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Uint8Array);
  } catch (error) {
    throw asReadFailure(error, path);
  }
  return hash.digest("hex");
}
