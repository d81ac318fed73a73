import { Failure } from "../../base/failure.ts";
import { type ThreadPool, threadPool } from "../../base/thread-pool.ts";
import { TrackFailure } from "../../track/track-failure.ts";
import type { SpanRow } from "../../track/traces/span-rows.ts";
import { type RedactAnswer, redactNow, type RedactQuestion } from "./redact-now.ts";

/** Longest text that is redacted immediately, bytes: it takes about as long as a commit. */
const SHORT_BYTES = 8 * 2 ** 10;

/** Most bytes that wait for the thread. More are refused, and clients send them again. */
const MAX_WAITING_BYTES = 128 * 2 ** 20;

/**
 * Removes personal data from traces. Finding it takes about a second per megabyte, so a thread redacts long texts, and
 * metrics are logged meanwhile. The thread starts with the first long text, and is restarted if it ends.
 */
export class Redactor {
  readonly #hasThread: boolean;
  #pool: ThreadPool<RedactQuestion, RedactAnswer> | undefined;
  #waitingBytes = 0;

  /** @param options.hasThread  whether long texts are redacted in a thread */
  constructor({ hasThread }: { hasThread: boolean }) {
    this.#hasThread = hasThread;
  }

  /** A text with personal data replaced by its kind. @throws Failure outside if too much is waiting */
  readonly text = async (text: string): Promise<string> => {
    const answer = await this.#ask({ kind: "text", text }, text.length);
    return (answer as Extract<RedactAnswer, { kind: "text" }>).text;
  };

  /**
   * Spans of an OTLP export, redacted.
   *
   * @throws TrackFailure INVALID_PARAMETER_VALUE; Failure outside if too much is waiting
   */
  async spans(body: Uint8Array, encoding: "json" | "protobuf"): Promise<SpanRow[]> {
    const answer = await this.#ask({ kind: "spans", encoding, body }, body.length);
    return (answer as Extract<RedactAnswer, { kind: "spans" }>).spans;
  }

  /** Ends the thread; open questions are not answered. */
  async close(): Promise<void> {
    await this.#pool?.close();
  }

  async #ask(question: RedactQuestion, bytes: number): Promise<RedactAnswer> {
    const isLong = this.#hasThread && bytes > SHORT_BYTES;
    const answer = isLong ? await this.#askThread(question, bytes) : redactNow(question);
    if (answer.kind === "refused") throw new TrackFailure(answer.code, answer.message);
    if (answer.kind === "failed") throw answer.error;
    return answer;
  }

  async #askThread(question: RedactQuestion, bytes: number): Promise<RedactAnswer> {
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      throw new Failure("outside", "too many traces are waiting to be redacted", { hint: "send it again later" });
    }
    const pool = (this.#pool ??= threadPool(new URL("./redact-thread.ts", import.meta.url), 1));
    this.#waitingBytes += bytes;
    try {
      return await pool.ask(question);
    } catch (error) {
      if (this.#pool === pool) {
        this.#pool = undefined;
        void pool.close();
      }
      throw error;
    } finally {
      this.#waitingBytes -= bytes;
    }
  }
}
