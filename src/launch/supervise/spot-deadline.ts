/** Extra on the time of the steps that are left: a step may take longer on another machine. */
const CAUTION = 1.2;

/** Time that a start takes until the first step where none was measured, ms. */
const START_MS = 600_000;

/** What is known of a run with a deadline. Times in ms. */
export type DeadlineFacts = {
  nowMs: number;
  deadlineMs: number;
  /** Steps that are left after the newest checkpoint. */
  stepsLeft: number;
  /** Time of a step; undefined before two were seen. */
  stepMs: number | undefined;
  /** Longest time from the start of an attempt to its first step; undefined before any. */
  startMs: number | undefined;
};

/**
 * Whether a run has to move to a machine that is not taken from it: what is left, begun now, would end just in time. A run
 * that makes steps on a spot machine is left there; this is asked when its machine is gone.
 */
export function isMoveDue({ nowMs, deadlineMs, stepsLeft, stepMs, startMs = START_MS }: DeadlineFacts): boolean {
  const leftMs = startMs + (stepMs === undefined ? 0 : stepsLeft * stepMs * CAUTION);
  return nowMs + leftMs >= deadlineMs;
}
