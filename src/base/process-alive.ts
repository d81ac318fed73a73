import { readFileSync } from "node:fs";

import { isSystemError } from "./failure.ts";

/** What the system tells of a process: when it started, in clock ticks since the machine did, and whether it has ended. */
export type ProcessFacts = { started: string; hasEnded: boolean };

/** States of a process that has ended and whose parent has not asked how: a zombie, or one that is just being removed. */
const ENDED = new Set(["Z", "X", "x"]);

/**
 * Reads what the system tells of a process; undefined where it tells nothing: no such process, or no Linux.
 *
 * @source proc_pid_stat(5): field 3, state; field 22, starttime; field 2, the name, stands in brackets and may hold anything
 */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { hasEnded: ENDED.has(fields[0]!), started: fields[19]! };
  } catch {
    return undefined;
  }
}

/** True for a process that runs. A zombie does not: it holds its number only until its parent asks how it ended. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return !isSystemError(error, "ESRCH"); // EPERM: it lives and is somebody else's
  }
  return processFacts(pid)?.hasEnded !== true;
}
