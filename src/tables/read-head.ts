import { openBytes } from "./read-bytes.ts";
import { textChunks } from "./text-chunks.ts";

/** Bytes of a file that are examined to recognise its format. */
const HEAD_BYTES = 65_536;

/**
 * The first 64 KiB of the text of a file, decompressed, regardless of the size of its chunks. The file is closed again.
 *
 * @returns `isWhole` if the head is the whole file
 * @throws Failure of `openBytes` and `textChunks`
 */
export async function readHead(path: string): Promise<{ head: Uint8Array; isWhole: boolean }> {
  const text = textChunks((await openBytes(path, HEAD_BYTES)).chunks, path);
  const parts: Uint8Array[] = [];
  let [size, isWhole] = [0, false];
  try {
    while (size <= HEAD_BYTES && !isWhole) {
      const next = await text.next();
      isWhole = next.done === true;
      if (next.done === true) break;
      parts.push(Uint8Array.from(next.value)); // a chunk is only valid until the next one is requested
      size += next.value.length;
    }
  } finally {
    await text.return(undefined);
  }
  return { head: Buffer.concat(parts).subarray(0, HEAD_BYTES), isWhole: isWhole && size <= HEAD_BYTES };
}
