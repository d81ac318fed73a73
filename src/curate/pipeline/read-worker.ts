import { parentPort } from "node:worker_threads";

import { readBlock } from "./read-block.ts";
import type { ReadQuestion } from "./read-pool.ts";

// A thread of `readPool`: takes blocks of rows, gives back what they are read as in the same order.
parentPort!.on("message", ({ item, options }: ReadQuestion) => {
  const rows = readBlock(item, options);
  const { lines, ends, lengths, characters, hashes } = rows;
  parentPort!.postMessage(
    rows,
    [lines, ends, lengths, characters, hashes].map((each) => each.buffer),
  );
});
