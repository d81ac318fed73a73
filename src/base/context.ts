import type { Clock } from "./clock.ts";

/**
 * The outside world of a use case: everything that it may access in addition to its request. The command line passes
 * the real one; a test passes one that records.
 */
export type Context = {
  /** Folder from which relative paths are resolved. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  /** Prints one line for the user. */
  note: (line: string) => void;
  /** Reports the current step of long work and the share that is done. */
  progress: (step: string, fraction?: number) => void;
  /** Asks for confirmation before spending, deleting or overwriting; false if nobody can answer. */
  confirm: (question: string) => Promise<boolean>;
  /** Runs work that stops when its signal is aborted. */
  untilInterrupted: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
};
