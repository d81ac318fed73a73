import { Failure } from "../../base/failure.ts";
import { type ThreadPool, threadPool } from "../../base/thread-pool.ts";
import type { ReadAnswer, ReadQuestion, ReadThreadData } from "./read-question.ts";

/** Two, so that a chart does not wait for a long search. Each takes about 60 MB. */
const THREADS = 2;

/**
 * Threads that answer read requests, each on a separate read-only connection and with the routes of the server. They
 * start with the first question, and are restarted if one ends.
 */
export class ReadThreads {
  readonly #data: ReadThreadData;
  readonly #log: (line: string) => void;
  #pool: ThreadPool<ReadQuestion, ReadAnswer> | undefined;

  constructor(data: ReadThreadData, log: (line: string) => void) {
    this.#data = data;
    this.#log = log;
  }

  /** @throws Failure outside if the thread ends before it has answered */
  async ask(question: ReadQuestion): Promise<ReadAnswer> {
    const pool = (this.#pool ??= threadPool(new URL("./read-thread.ts", import.meta.url), THREADS, this.#data));
    try {
      const answer = await pool.ask(question);
      for (const line of answer.log) this.#log(line);
      return answer;
    } catch (error) {
      if (this.#pool === pool) {
        this.#pool = undefined;
        void pool.close();
      }
      this.#log(`bug: a thread that reads has ended: ${error instanceof Error ? error.stack : String(error)}`);
      throw new Failure("outside", "the answer could not be read", { hint: "request fewer rows, or retry" });
    }
  }

  /** Ends the threads; open questions are not answered. */
  async close(): Promise<void> {
    await this.#pool?.close();
  }
}
