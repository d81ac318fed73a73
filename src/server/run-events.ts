import type { MetricPoint } from "../track/points.ts";

/** Event of a run: new points, or any other change. */
export type RunEvent = { runId: string; points?: readonly MetricPoint[] };

type Listener = (event: RunEvent) => void;

/** Notifies watchers of a run about new data written by this process. */
export class RunEvents {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** Calls a listener for each event of a run until the returned function is called. */
  watch(runId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(runId) ?? new Set();
    this.#listeners.set(runId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(runId);
    };
  }

  /** Notifies about data that is on the disk. */
  tell(event: RunEvent): void {
    for (const listener of this.#listeners.get(event.runId) ?? []) listener(event);
  }
}
