import { textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { DutyDate, ProgrammeStatus, StatusStep } from "../../domain/programme-status.ts";

const MARK: Readonly<Record<StatusStep["state"], string>> = {
  done: "done",
  stale: "stale",
  missing: "to do",
  broken: "broken",
};

/** Text of the state of a programme, one line per step. */
export function statusText({ name, steps, dutyDates, maintenance }: ProgrammeStatus): string {
  const table = textTable(
    [{ head: "step" }, { head: "state" }, { head: "", wrap: 80 }],
    steps.map(({ step, state, text }) => [step, MARK[state], text]),
  );
  return [...(name === null ? [] : [name, ""]), table, ...datesText(dutyDates), ...maintenanceText(maintenance)].join(
    "\n",
  );
}

function datesText(dates: readonly DutyDate[]): string[] {
  if (dates.length === 0) return [];
  const rows = dates.map(({ date, days, what }) => [date, days === 0 ? "today" : `in ${counted(days, "day")}`, what]);
  return [
    "",
    "Upcoming EU AI Act dates:",
    textTable([{ head: "date" }, { head: "when" }, { head: "what", wrap: 80 }], rows),
  ];
}

function maintenanceText(steps: ProgrammeStatus["maintenance"]): string[] {
  if (steps.length === 0) return [];
  const rows = steps.map(({ day, state, what, command, days }) => [
    day,
    state === "overdue" ? `overdue by ${counted(-days, "day")}` : days === 0 ? "today" : `in ${counted(days, "day")}`,
    what,
    command ?? "",
  ]);
  return [
    "",
    "maintenance that is due (watch plan --save):",
    textTable([{ head: "day" }, { head: "when" }, { head: "what", wrap: 60 }, { head: "command" }], rows),
  ];
}
