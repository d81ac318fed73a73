import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

import type { RowBlock } from "../../tables/row-block.ts";
import type { BlockScan, ScanOptions } from "../rows/scan-block.ts";
import { isNamedCounter } from "../tokens/token-counter.ts";

/** Scans blocks of rows in threads of their own. */
export type ScanPool = {
  /** Scan of a block; the pool may be given further ones before it is there. */
  scan: (block: RowBlock) => Promise<BlockScan>;
  /** Blocks that the pool should have at once, so that no thread waits. */
  blocks: number;
  /** Ends the threads, whatever they are at. */
  close: () => Promise<void>;
};

/** Most threads: each holds a tokenizer of its own, 140 MiB for o200k_base and more for a tokenizer.json. */
const MOST_WORKERS = { named: 4, file: 2 } as const;

/** Smallest file that is worth threads, which take a third of a second to load their tokenizers. */
const LEAST_BYTES = 32 * 2 ** 20;

/** The worker beside this file: TypeScript where the sources are run, JavaScript where they are built. */
const isSource = import.meta.url.endsWith(".ts");
const source = new URL("./scan-worker.ts", import.meta.url);
const file = isSource ? source : new URL(source.href.replace(/\.ts$/, ".js"));

/** Threads for a file of a size: none where it is small, there is one core, or this Node cannot run the worker. */
export function usefulWorkers(bytes: number, tokenizer: string | undefined): number {
  const runsTypeScript = "typescript" in process.features && process.features.typescript !== false;
  if (bytes < LEAST_BYTES || (isSource && !runsTypeScript)) return 0;
  const isNamed = tokenizer === undefined || isNamedCounter(tokenizer);
  const cores = Math.min(availableParallelism(), MOST_WORKERS[isNamed ? "named" : "file"]);
  return cores < 2 ? 0 : cores;
}

/** Starts threads that scan blocks with the tokenizer of this name or path. */
export function scanPool(workers: number, options: ScanOptions, tokenizer: string | undefined): ScanPool {
  const threads = Array.from({ length: workers }, () => scanThread(options, tokenizer));
  return {
    scan: (block) => threads.reduce((idle, thread) => (thread.waiting() < idle.waiting() ? thread : idle)).scan(block),
    blocks: 2 * workers,
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** One thread: it answers in the order in which it is asked. */
function scanThread(
  options: ScanOptions,
  tokenizer: string | undefined,
): { waiting: () => number; scan: ScanPool["scan"]; close: () => Promise<unknown> } {
  const worker = new Worker(file, { workerData: { options, tokenizer }, execArgv: [] });
  const asked: { resolve: (scan: BlockScan) => void; reject: (error: unknown) => void }[] = [];
  worker.on("message", (scan: BlockScan) => asked.shift()!.resolve(scan));
  worker.on("error", (error) => {
    for (const { reject } of asked.splice(0)) reject(error);
  });
  return {
    waiting: () => asked.length,
    scan: (block) =>
      new Promise((resolve, reject) => {
        asked.push({ resolve, reject });
        worker.postMessage(block);
      }),
    close: () => worker.terminate(),
  };
}
