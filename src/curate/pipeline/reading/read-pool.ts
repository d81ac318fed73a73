import { Worker } from "node:worker_threads";

import type { RowItem } from "../../../tables/row-block.ts";
import { type BlockRows, readBlock, type ReadBlockOptions, type ReadQuestion } from "./read-block.ts";
import { workerFile } from "../../../base/worker-file.ts";

/** Reads blocks of rows; the file that they are of may change from one to the next. */
export type ReadPool = {
  /** Takes a block, whose bytes it may take away. */
  read: (item: RowItem, options: ReadBlockOptions) => Promise<BlockRows>;
  /** Blocks that it should have at once, so that no thread waits. */
  blocks: number;
  close: () => Promise<void>;
};

const file = workerFile(new URL("./read-worker.ts", import.meta.url));

/** Reads blocks in so many threads, or in this one where there are none. */
export function readPool(threads: number): ReadPool {
  if (threads === 0) {
    return {
      read: async (item, options) => readBlock(item, options),
      blocks: 1,
      close: () => Promise.resolve(),
    };
  }
  const lanes = Array.from({ length: threads }, readThread);
  return {
    read: (item, options) =>
      lanes.reduce((idle, lane) => (lane.waiting() < idle.waiting() ? lane : idle)).read(item, options),
    blocks: 2 * threads,
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

/** One thread: it answers in the order in which it is asked. */
function readThread(): Pick<ReadPool, "read"> & { waiting: () => number; close: () => Promise<unknown> } {
  const worker = new Worker(file, { execArgv: [] });
  const asked: { resolve: (rows: BlockRows) => void; reject: (error: unknown) => void }[] = [];
  worker.on("message", (rows: BlockRows) => asked.shift()!.resolve(rows));
  worker.on("error", (error) => {
    for (const { reject } of asked.splice(0)) reject(error);
  });
  return {
    waiting: () => asked.length,
    read: (item, options) =>
      new Promise((resolve, reject) => {
        asked.push({ resolve, reject });
        const question: ReadQuestion = { item, options };
        worker.postMessage(question);
      }),
    close: () => worker.terminate(),
  };
}
