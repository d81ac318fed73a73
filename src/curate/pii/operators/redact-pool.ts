import { availableParallelism } from "node:os";

import { runsWorkers, threadPool } from "../../../base/thread-pool.ts";
import type { RowStage, StageResult } from "../../stage.ts";
import type { RedactSetup } from "./redact-row.ts";
import type { RedactTask, RedactThreadSetup } from "./redact-thread-setup.ts";

/** Redacts in separate threads. */
export type RedactPool = {
  /** Like `piiStage.run`, with the rows distributed over the threads. */
  run: RowStage<RedactSetup>["run"];
  /** Stops the threads immediately. */
  close: () => Promise<void>;
};

/** Maximum number of threads: each loads the lists of names, about 60 MiB. */
const MOST_THREADS = 4;

/** Smallest input for which threads are used; they take half a second to load their lists. */
const LEAST_BYTES = 16 * 2 ** 20;

/** Rows passed to a thread at once. */
const CHUNK_ROWS = 256;

/**
 * Number of threads for an input of a given size: none if it is small, there is only one core, a model is loaded, or
 * this version of Node cannot run the worker.
 */
export function usefulThreads(bytes: number, { models, keySource }: RedactSetup): number {
  if (bytes < LEAST_BYTES || (models !== undefined && models.length > 0) || keySource === undefined) return 0;
  if (!runsWorkers()) return 0;
  const cores = Math.min(availableParallelism(), MOST_THREADS);
  return cores < 2 ? 0 : cores;
}

/** Starts threads that redact rows by a setup. The result does not depend on their number. */
export function redactPool(threads: number, { options, recognition, keySource }: RedactSetup): RedactPool {
  const { custom: _custom, ...plain } = recognition;
  const workerData: RedactThreadSetup = { options, recognition: plain, keySource: keySource! };
  const source = new URL("./redact-worker.ts", import.meta.url);
  const pool = threadPool<RedactTask, StageResult>(source, threads, workerData);
  return {
    run: async (rows, { classes }) => {
      const chunks = Array.from({ length: Math.ceil(rows.length / CHUNK_ROWS) }, (_, index) =>
        rows.slice(index * CHUNK_ROWS, (index + 1) * CHUNK_ROWS),
      );
      const results = await Promise.all(chunks.map((chunk) => pool.ask({ rows: chunk, classes })));
      return {
        kept: results.flatMap(({ kept }) => kept),
        dropped: results.flatMap(({ dropped }) => dropped),
        notes: results.flatMap(({ notes }) => notes),
      };
    },
    close: pool.close,
  };
}
