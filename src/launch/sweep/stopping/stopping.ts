/** Decision for a trial after a report: it continues, stops for good, or waits with a checkpoint for its promotion. */
export type Decision = "go-on" | "stop" | "pause";

/** A value that a trial reported at a step. Lower is better; values that are not finite are the worst. */
export type Report = { trial: number; step: number; value: number };

/** Remaining trials: more are to start; none are to start, but some are running; none are to start or running. */
export type Ahead = "more" | "running" | "idle";

/** A paused trial that is to continue until a step. */
export type Promotion = { trial: number; untilStep: number };

/**
 * A rule for stopping trials. It stores all reports, and its answers depend only on the order of the calls, so that
 * replaying the log of a sweep gives the same decisions.
 */
export type Stopping = {
  /** Number of steps for which a trial runs at first. */
  firstSteps: number;
  /** Processes a report. The steps of a trial must arrive in order. */
  report: (report: Report) => Decision;
  /** Records that a trial was completed. */
  complete: (trial: number) => void;
  /** The next paused trial to promote; undefined if none is due. */
  promote: (ahead: Ahead) => Promotion | undefined;
};

/** Sort key of a value; values that are not finite rank last. */
export function ranked(value: number): number {
  return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
}

/** Inserts a value into an ascending list. */
export function insertSorted<Item>(list: Item[], item: Item, valueOf: (item: Item) => number): void {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueOf(list[middle]!) <= valueOf(item)) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, item);
}
