import type { Scheduler } from "../scheduler.ts";
import { observeLocal, signalLocal, submitLocal } from "./local-process.ts";

/** Process groups on this machine, each under a wrapper that outlives the supervisor. */
export const localScheduler: Scheduler = {
  lookMs: 0,
  isHere: true,
  check: () => Promise.resolve([]),
  submit: ({ folder }, order, secrets) => submitLocal(folder, order, secrets),
  observe: ({ folder }) => observeLocal(folder),
  signal: ({ folder }, signal) => signalLocal(folder, signal),
  collect: () => Promise.resolve(),
};
