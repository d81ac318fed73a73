import type { ProgrammeStatus, StatusStep } from "./status.ts";

const MARK: Readonly<Record<StatusStep["state"], string>> = {
  done: "done",
  stale: "stale",
  missing: "to do",
  broken: "broken",
};

/** Where a programme stands, one line per step. */
export function statusText({ name, steps }: ProgrammeStatus): string {
  const lines = steps.map(({ step, state, text }) => `${step.padEnd(10)} ${MARK[state].padEnd(7)} ${text}`);
  return [...(name === null ? [] : [name, ""]), ...lines].join("\n");
}
