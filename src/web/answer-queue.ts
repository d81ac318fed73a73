import type { AnswerRequest, AnswerResult, DecisionRequest } from "../domain/label-work.ts";
import { ApiError } from "./api.ts";

/** Kind of request: to `answers` or to `decisions` of a task. */
export type Outgoing = { kind: "answers"; body: AnswerRequest } | { kind: "decisions"; body: DecisionRequest };

/** An answer that the server refused, with the reason. */
export type Refused = { outgoing: Outgoing; message: string };

/** Storage of waiting answers: `localStorage` in the browser. */
export type AnswerStorage = {
  getItem: (name: string) => string | null;
  setItem: (name: string, value: string) => void;
  removeItem: (name: string) => void;
  key: (index: number) => string | null;
  readonly length: number;
};

/** Dependencies of a queue. */
export type QueueSetup = {
  /** Account and task: one queue each. */
  owner: string;
  storage: AnswerStorage;
  /** Sends one; rejects with an ApiError if the server rejects it. */
  send: (outgoing: Outgoing) => Promise<AnswerResult>;
  /** Waits before the next attempt, ms. */
  wait: (ms: number) => Promise<void>;
  onChange: () => void;
};

const PREFIX = "tunewright-answer";

/** First and longest wait between two attempts while the server does not respond, ms. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

type Stored = { outgoing: Outgoing; place: number };

/**
 * Answers on their way to the server. Each is stored in the browser under a separate key until the server has
 * acknowledged it, so that a closed tab, a crash or a restarting server loses none; when it is sent again, its
 * idempotency key prevents a second copy.
 */
export class AnswerQueue {
  readonly #setup: QueueSetup;
  #sending: Promise<void> | undefined;
  #isEnded = false;
  /** Answers that the server refused; they are shown, because nothing is dropped silently. */
  readonly refused: Refused[] = [];
  /** Rows done so far, as last reported by the server. */
  done: number | null = null;
  /** False while the server does not respond. */
  isConnected = true;
  /** The session has ended: the person must sign in again; waiting answers are kept. */
  isSignedOut = false;

  constructor(setup: QueueSetup) {
    this.#setup = setup;
  }

  /** Waiting answers, in order. */
  waiting(): Outgoing[] {
    return this.#stored().map(({ outgoing }) => outgoing);
  }

  /** Stores an answer, and sends it as soon as the server responds. */
  add(outgoing: Outgoing): void {
    const place = Math.max(0, ...this.#stored().map((entry) => entry.place)) + 1;
    this.#setup.storage.setItem(this.#nameOf(outgoing), JSON.stringify({ outgoing, place } satisfies Stored));
    this.#setup.onChange();
    void this.flush();
  }

  /** Removes an answer that was not sent yet. Returns false if it was sent, or is being sent. */
  withdraw(key: string): boolean {
    if (this.#sending !== undefined && this.isConnected) return false;
    const found = this.waiting().find(({ body }) => body.key === key);
    if (found === undefined) return false;
    this.#setup.storage.removeItem(this.#nameOf(found));
    this.#setup.onChange();
    return true;
  }

  /** Sends waiting answers one after the other, and retries until the server has acknowledged each. */
  flush(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  /** Stops retrying; waiting answers remain in the storage. */
  end(): void {
    this.#isEnded = true;
  }

  async #sendAll(): Promise<void> {
    const { send, storage, wait, onChange } = this.#setup;
    let waitMs = FIRST_WAIT_MS;
    for (let next = this.waiting()[0]; next !== undefined && !this.#isEnded; next = this.waiting()[0]) {
      try {
        const { done } = await send(next);
        this.done = done;
        this.isConnected = true;
        this.isSignedOut = false;
        storage.removeItem(this.#nameOf(next));
        waitMs = FIRST_WAIT_MS;
      } catch (error) {
        const status = error instanceof ApiError ? error.status : null;
        if (status === 401) {
          this.isSignedOut = true;
          onChange();
          return;
        }
        if (status !== null && status >= 400 && status < 500) {
          this.refused.push({ outgoing: next, message: (error as ApiError).message });
          storage.removeItem(this.#nameOf(next));
          this.isConnected = true;
        } else {
          this.isConnected = false;
          onChange();
          await wait(waitMs);
          waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs);
        }
      }
      onChange();
    }
  }

  #stored(): Stored[] {
    const { storage, owner } = this.#setup;
    const found: Stored[] = [];
    for (let index = 0; index < storage.length; index++) {
      const name = storage.key(index);
      if (name?.startsWith(`${PREFIX}:${owner}:`) !== true) continue;
      found.push(JSON.parse(storage.getItem(name)!) as Stored);
    }
    return found.toSorted((a, b) => a.place - b.place || (a.outgoing.body.key < b.outgoing.body.key ? -1 : 1));
  }

  #nameOf({ body }: Outgoing): string {
    return `${PREFIX}:${this.#setup.owner}:${body.key}`;
  }
}
