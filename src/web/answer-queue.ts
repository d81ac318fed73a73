import type { AnswerRequest, AnswerResult, DecisionRequest } from "../domain/label-work.ts";
import { ApiError } from "./api.ts";

/** What is sent: to `answers` or to `decisions` of a task. */
export type Outgoing = { kind: "answers"; body: AnswerRequest } | { kind: "decisions"; body: DecisionRequest };

/** An answer that the server did not take, and why. */
export type Refused = { outgoing: Outgoing; message: string };

/** Where answers wait: `localStorage` in the browser. */
export type AnswerStorage = {
  getItem: (name: string) => string | null;
  setItem: (name: string, value: string) => void;
  removeItem: (name: string) => void;
  key: (index: number) => string | null;
  readonly length: number;
};

/** What a queue works with. */
export type QueueSetup = {
  /** Account and task: one queue each. */
  owner: string;
  storage: AnswerStorage;
  /** Sends one; rejects with an ApiError where the server refuses it. */
  send: (outgoing: Outgoing) => Promise<AnswerResult>;
  /** Waits before the next try, ms. */
  wait: (ms: number) => Promise<void>;
  onChange: () => void;
};

const PREFIX = "tunewright-answer";

/** First and longest wait between two tries while the server does not answer, ms. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

type Stored = { outgoing: Outgoing; place: number };

/**
 * Answers on their way to the server. Each lies in the browser's storage under a key of its own until the server has
 * acknowledged it, so that a closed tab, a crash or a server that restarts loses none; sent again, its idempotency key
 * keeps it from being written twice.
 */
export class AnswerQueue {
  readonly #setup: QueueSetup;
  #sending: Promise<void> | undefined;
  #isEnded = false;
  /** Answers that the server refused: shown, because nothing is dropped silently. */
  readonly refused: Refused[] = [];
  /** Rows done so far, as the server last said. */
  done: number | null = null;
  /** False while the server does not answer. */
  isConnected = true;
  /** The session has ended: the person must sign in again; what waits is kept. */
  isSignedOut = false;

  constructor(setup: QueueSetup) {
    this.#setup = setup;
  }

  /** What waits, in the order in which it was given. */
  waiting(): Outgoing[] {
    return this.#stored().map(({ outgoing }) => outgoing);
  }

  /** Keeps an answer, and sends it as soon as the server answers. */
  add(outgoing: Outgoing): void {
    const place = Math.max(0, ...this.#stored().map((each) => each.place)) + 1;
    this.#setup.storage.setItem(this.#nameOf(outgoing), JSON.stringify({ outgoing, place } satisfies Stored));
    this.#setup.onChange();
    void this.flush();
  }

  /** Reverses an answer that was not sent yet. Returns false if it was, or is on its way. */
  withdraw(key: string): boolean {
    if (this.#sending !== undefined && this.isConnected) return false;
    const found = this.waiting().find(({ body }) => body.key === key);
    if (found === undefined) return false;
    this.#setup.storage.removeItem(this.#nameOf(found));
    this.#setup.onChange();
    return true;
  }

  /** Sends what waits, one after the other, and tries again until the server has answered each. */
  flush(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  /** Stops trying; what waits stays in the storage. */
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
