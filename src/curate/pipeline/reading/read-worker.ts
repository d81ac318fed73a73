import { parentPort } from "node:worker_threads";

import { readBlock, type ReadQuestion } from "./read-block.ts";

// A thread of `readPool`: takes blocks of rows, gives back what they are read as in the same order.
parentPort!.on("message", ({ item, options }: ReadQuestion) => {
  const rows = readBlock(item, options);
  const { lines, ends, lengths, characters, hashes } = rows;
  parentPort!.postMessage(
    rows,
    [lines, ends, lengths, characters, hashes].map((entry) => entry.buffer),
  );
});
