import { availableParallelism } from "node:os";

import { runsWorkers, type ThreadPool, threadPool } from "../../base/thread-pool.ts";
import type { RowBlock } from "../../tables/row-block.ts";
import type { BlockScan, ScanOptions } from "../rows/scan-block.ts";
import { isNamedCounter } from "../tokens/token-counter.ts";

/** Scans blocks of rows in separate threads. */
export type ScanPool = ThreadPool<RowBlock, BlockScan>;

/** Maximum threads: each loads its own tokenizer, 140 MiB for o200k_base and more for a tokenizer.json. */
const MOST_WORKERS = { named: 4, file: 2 } as const;

/** Smallest file for which threads are used; they take a third of a second to load their tokenizers. */
const LEAST_BYTES = 32 * 2 ** 20;

/** Threads for a file of this size: none if it is small, there is one core, or this Node cannot run the worker. */
export function usefulWorkers(bytes: number, tokenizer: string | undefined): number {
  if (bytes < LEAST_BYTES || !runsWorkers()) return 0;
  const isNamed = tokenizer === undefined || isNamedCounter(tokenizer);
  const cores = Math.min(availableParallelism(), MOST_WORKERS[isNamed ? "named" : "file"]);
  return cores < 2 ? 0 : cores;
}

/** Starts threads that scan blocks with the tokenizer of the given name or path. */
export function scanPool(workers: number, options: ScanOptions, tokenizer: string | undefined): ScanPool {
  return threadPool(new URL("./scan-worker.ts", import.meta.url), workers, { options, tokenizer });
}
