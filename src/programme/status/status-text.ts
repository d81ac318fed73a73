import { textTable } from "../../base/text-table.ts";
import type { ProgrammeStatus, StatusStep } from "../../domain/programme-status.ts";

const MARK: Readonly<Record<StatusStep["state"], string>> = {
  done: "done",
  stale: "stale",
  missing: "to do",
  broken: "broken",
};

/** Where a programme stands, one line per step. */
export function statusText({ name, steps }: ProgrammeStatus): string {
  const table = textTable(
    [{ head: "step" }, { head: "state" }, { head: "", wrap: 80 }],
    steps.map(({ step, state, text }) => [step, MARK[state], text]),
  );
  return [...(name === null ? [] : [name, ""]), table].join("\n");
}
