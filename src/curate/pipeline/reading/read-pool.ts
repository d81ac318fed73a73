import { threadPool } from "../../../base/thread-pool.ts";
import type { RowItem } from "../../../tables/row-block.ts";
import { type BlockRows, readBlock, type ReadBlockOptions, type ReadQuestion } from "./read-block.ts";

/** Reads blocks of rows; consecutive blocks may belong to different files. */
export type ReadPool = {
  /** Takes a block; may transfer its bytes. */
  read: (item: RowItem, options: ReadBlockOptions) => Promise<BlockRows>;
  /** Blocks to keep in flight, so that no thread waits. */
  blocks: number;
  close: () => Promise<void>;
};

/** Reads blocks in so many threads, or in the current thread if there are none. */
export function readPool(threads: number): ReadPool {
  if (threads === 0) {
    return {
      read: async (item, options) => readBlock(item, options),
      blocks: 1,
      close: () => Promise.resolve(),
    };
  }
  const pool = threadPool<ReadQuestion, BlockRows>(new URL("./read-worker.ts", import.meta.url), threads);
  return { read: (item, options) => pool.ask({ item, options }), blocks: 2 * threads, close: pool.close };
}
