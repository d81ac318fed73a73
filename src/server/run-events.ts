import type { MetricPoint } from "../track/points.ts";

/** What happened to a run: points came, or anything else of it changed. */
export type RunEvent = { runId: string; points?: readonly MetricPoint[] };

type Listener = (event: RunEvent) => void;

/** Tells who watches a run that something came. Only what this process wrote. */
export class RunEvents {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** Calls a listener for each event of a run until the function that is returned is called. */
  watch(runId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(runId) ?? new Set();
    this.#listeners.set(runId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(runId);
    };
  }

  /** Tells of something that is on the disk. */
  tell(event: RunEvent): void {
    for (const listener of this.#listeners.get(event.runId) ?? []) listener(event);
  }
}
