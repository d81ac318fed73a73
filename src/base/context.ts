import type { Clock } from "./clock.ts";

/** What a use case may touch outside its request. The command line passes its own; a test passes a recording one. */
export type Context = {
  /** Folder that relative paths start from. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  /** Takes one line for the user. */
  note: (line: string) => void;
  /** Takes the step of long work, and the share of it that is done. */
  progress: (step: string, fraction?: number) => void;
  /** Asks before spending, deleting or overwriting; false if nobody can answer. */
  confirm: (question: string) => Promise<boolean>;
  /** Does work that ends itself when its signal is aborted. */
  untilInterrupted: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
};
