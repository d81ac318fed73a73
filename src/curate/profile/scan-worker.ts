import { parentPort, workerData } from "node:worker_threads";

import type { RowBlock } from "../../tables/row-block.ts";
import { type BlockScan, scanBlock, type ScanOptions } from "../rows/scan-block.ts";
import { loadTokenCounter } from "../tokens/token-counter.ts";

// A thread of `scanPool`: takes blocks of rows, gives back their scans in the same order.
const { options, tokenizer } = workerData as { options: ScanOptions; tokenizer: string | undefined };
const { count } = await loadTokenCounter(tokenizer);
parentPort!.on("message", (block: RowBlock) => {
  const scan: BlockScan = scanBlock(block, options, { countTokens: count });
  parentPort!.postMessage(scan);
});
