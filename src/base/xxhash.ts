import { createXXHash3, createXXHash32, createXXHash64, type IHasher } from "hash-wasm";

/** A hash that is updated with bytes; its digest is big-endian. */
export type XxHasher = IHasher;

/** XXH32 with seed 0: the checksum in LZ4 frames. */
export function xxhash32(): Promise<XxHasher> {
  return createXXHash32(0);
}

/** XXH64 with seed 0: its low four bytes are the checksum in zstd frames. */
export function xxhash64(): Promise<XxHasher> {
  return createXXHash64(0, 0);
}

/** 64-bit XXH3 with seed 0. */
export function xxhash3(): Promise<XxHasher> {
  return createXXHash3(0, 0);
}
