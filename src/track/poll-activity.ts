import type { Store } from "../store/open-store.ts";
import { extendActivity } from "./activity.ts";

/** Interval in which polls are collected before they are written, ms. */
const GATHER_MS = 1000;

/**
 * Records polls of runs: a trainer that polls its run is alive even if it logs nothing. Polls are collected for a
 * second and written together, so that reading a run does not wait for a write.
 */
export class PollActivity {
  readonly #store: Store;
  readonly #seen = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Records a poll of a run. */
  note(runNo: number, nowMs: number): void {
    this.#seen.set(runNo, nowMs);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), GATHER_MS); // the next poll retries
  }

  /** Writes the collected polls. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const seen = [...this.#seen];
    this.#seen.clear();
    if (seen.length === 0) return;
    await this.#store.write(async (db) => {
      for (const [runNo, nowMs] of seen) await extendActivity(db, runNo, nowMs);
    });
  }
}
