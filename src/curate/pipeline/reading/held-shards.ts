import { statSync } from "node:fs";

import type { ReadShard } from "./read-shards.ts";

/** Limits up to which a second pass uses the shards of the first one: bytes of all files, and shards. */
const HELD = { bytes: 16 * 2 ** 20, shards: 4 } as const;

/** Collects the shards of small files, so that they are read once. */
export function heldShards(files: readonly string[]): {
  add: (shard: ReadShard) => void;
  /** The shards; undefined if they are too many or the files too large. */
  all: () => ReadShard[] | undefined;
} {
  const bytes = files.reduce((sum, path) => sum + sizeOf(path), 0);
  let shards: ReadShard[] | undefined = bytes <= HELD.bytes ? [] : undefined;
  return {
    add: (shard) => {
      if (shards?.push(shard) === HELD.shards + 1) shards = undefined;
    },
    all: () => shards,
  };
}

/** Size of a file; 0 for what cannot be read, which the reader reports. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
