import { readFileSync } from "node:fs";

import { isSystemError } from "./failure.ts";

/** System information about a process: its start in clock ticks since boot, its parent, and whether it has ended. */
export type ProcessFacts = { started: string; parent: number; hasEnded: boolean };

/** States of a process that has ended but has not been reaped: a zombie, or one that is being removed. */
const ENDED = new Set(["Z", "X", "x"]);

/**
 * Reads the system information of a process; undefined if there is no such process, or the system is not Linux.
 *
 * @source proc_pid_stat(5): field 3, state; field 4, parent; field 22, starttime; field 2, the name, is in brackets and may contain any
 * character
 */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { hasEnded: ENDED.has(fields[0]!), started: fields[19]!, parent: Number(fields[1]) };
  } catch {
    return undefined;
  }
}

/** True for a running process. A zombie is not running: it keeps its id until its parent reaps it. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return !isSystemError(error, "ESRCH"); // EPERM: it is running but belongs to another user
  }
  return processFacts(pid)?.hasEnded !== true;
}
