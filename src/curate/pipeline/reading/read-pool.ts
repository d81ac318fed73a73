import { threadPool } from "../../../base/thread-pool.ts";
import type { RowItem } from "../../../tables/row-block.ts";
import { type BlockRows, readBlock, type ReadBlockOptions, type ReadQuestion } from "./read-block.ts";

/** Reads blocks of rows; the file that they are of may change from one to the next. */
export type ReadPool = {
  /** Takes a block, whose bytes it may take away. */
  read: (item: RowItem, options: ReadBlockOptions) => Promise<BlockRows>;
  /** Blocks that it should have at once, so that no thread waits. */
  blocks: number;
  close: () => Promise<void>;
};

/** Reads blocks in so many threads, or in this one if there are none. */
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
