import { zstdFrames } from "./zstd-frames.ts";

/** Decompresses one zstd stream. */
export type ZstdContent = {
  /**
   * The decompressed content of the next bytes, as copies. Throws Error if they are invalid, or the checksum does not
   * match.
   */
  push: (chunk: Uint8Array) => Uint8Array[];
  /** True if the stream may end here. */
  isWhole: () => boolean;
};

/** Error for a stream that exceeds its limits or is not zstd. */
export class ZstdLimitError extends Error {}

/**
 * Loads a zstd decompressor (RFC 8878) for any number of consecutive frames, each compared with its checksum. Its
 * streams must be read one after the other, not concurrently.
 *
 * @returns a function that opens a stream; `onBytes` is called before content is kept, and an error that it throws ends
 * the work
 */
export async function loadZstd(): Promise<(onBytes: (bytes: number) => void) => ZstdContent> {
  const { Decompress } = await import("fzstd");
  const { xxhash64 } = await import("../base/xxhash.ts");
  const hash = await xxhash64();
  return (onBytes) => {
    const frames = zstdFrames();
    let ready: Uint8Array[] = [];
    const openFrame = () => {
      hash.init();
      return new Decompress((block) => {
        onBytes(block.length); // here, so that one chunk cannot fill the memory
        if (block.length === 0) return;
        hash.update(block);
        ready.push(Uint8Array.from(block)); // the decompressor reuses its buffer
      });
    };
    let frame = openFrame();
    return {
      push: (chunk) => {
        const ends = frames.follow(chunk);
        if (typeof ends === "string") throw new ZstdLimitError(ends);
        let from = 0;
        for (const { at: index, checksum } of ends) {
          frame.push(Uint8Array.from(chunk.subarray(from, index)), true); // the decompressor keeps its input
          // fzstd ignores the checksum: the low four bytes of the hash, whose digest is big-endian.
          const low = Buffer.from(hash.digest("binary")).readUInt32BE(4);
          if (checksum !== undefined && checksum !== low) throw new Error("a frame is corrupt: checksum mismatch");
          frame = openFrame();
          from = index;
        }
        if (from < chunk.length) frame.push(Uint8Array.from(chunk.subarray(from)), false);
        const blocks = ready;
        ready = [];
        return blocks;
      },
      isWhole: frames.isWhole,
    };
  };
}
