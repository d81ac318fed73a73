/** Safety factor on the time of the remaining steps: a step may take longer on another machine. */
const CAUTION = 1.2;

/** Time allowed from a start to the first step, ms. */
const START_MS = 600_000;

/** Input for a run with a deadline. Times are in ms. */
export type DeadlineFacts = {
  nowMs: number;
  deadlineMs: number;
  /** Number of steps remaining after the newest checkpoint. */
  stepsLeft: number;
  /** Time per step; undefined before two steps were observed. */
  stepMs: number | undefined;
};

/**
 * Whether a run must move to a machine that cannot be preempted, because the remaining work would barely meet the
 * deadline if started now. A run that makes progress on a spot machine stays there; this is checked when its machine is
 * lost.
 */
export function isMoveDue({ nowMs, deadlineMs, stepsLeft, stepMs }: DeadlineFacts): boolean {
  const leftMs = START_MS + (stepMs === undefined ? 0 : stepsLeft * stepMs * CAUTION);
  return nowMs + leftMs >= deadlineMs;
}
