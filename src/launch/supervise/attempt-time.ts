/** An attempt by when it began and ended, ms since 1970. */
type AttemptTimes = { started_ms: number; ended_ms: number | null };

/** Time that all attempts took, ms; an open one is counted until now. */
export function attemptsMs(attempts: readonly AttemptTimes[], nowMs: number): number {
  return attempts.reduce((sum, { started_ms, ended_ms }) => sum + Math.max(0, (ended_ms ?? nowMs) - started_ms), 0);
}
