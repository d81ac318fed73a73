import { createXXHash3, createXXHash32, createXXHash64, type IHasher } from "hash-wasm";

/** A hash that takes bytes in parts; its digest has the highest byte first. */
export type XxHasher = IHasher;

/** XXH32 with the seed 0: the checksum in LZ4 frames. */
export function xxhash32(): Promise<XxHasher> {
  return createXXHash32(0);
}

/** XXH64 with the seed 0: its low four bytes are the checksum in zstd frames. */
export function xxhash64(): Promise<XxHasher> {
  return createXXHash64(0, 0);
}

/** XXH3 of 64 bits with the seed 0. */
export function xxhash3(): Promise<XxHasher> {
  return createXXHash3(0, 0);
}
