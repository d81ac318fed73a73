import type { Store } from "../store/open-store.ts";
import { extendActivity } from "./activity.ts";

/** How long polls are gathered before they are written, ms. */
const GATHER_MS = 1000;

/**
 * Keeps that a run was asked for: a trainer that polls its run is alive although it logs nothing. Polls are gathered for
 * a second and written together, so that reading a run does not wait for the disk.
 */
export class PollActivity {
  readonly #store: Store;
  readonly #seen = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Notes that a run was polled. */
  note(runNo: number, nowMs: number): void {
    this.#seen.set(runNo, nowMs);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), GATHER_MS); // the next poll tries again
  }

  /** Writes what was gathered. */
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
