/** Margin on the time of the remaining steps: a step may take longer on another machine. */
const CAUTION = 1.2;

/** Time allowed from a start to the first step, ms. */
const START_MS = 600_000;

/** Input for a run with a deadline. Times in ms. */
export type DeadlineFacts = {
  nowMs: number;
  deadlineMs: number;
  /** Remaining steps after the newest checkpoint. */
  stepsLeft: number;
  /** Time of a step; undefined before two were seen. */
  stepMs: number | undefined;
};

/**
 * Whether a run must move to a machine that cannot be preempted, because the remaining work, started now, would end
 * just in time. A run that progresses on a spot machine is left there; this is checked when its machine is lost.
 */
export function isMoveDue({ nowMs, deadlineMs, stepsLeft, stepMs }: DeadlineFacts): boolean {
  const leftMs = START_MS + (stepMs === undefined ? 0 : stepsLeft * stepMs * CAUTION);
  return nowMs + leftMs >= deadlineMs;
}
