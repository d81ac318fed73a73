import { textTable, wrapText } from "../base/text-table.ts";
import type { Budget } from "../domain/budget.ts";
import type { ProgrammeCost } from "../domain/cost.ts";

/** An approved budget as people read it; lines that are unknown, and so without a cap, are named below it. */
export function budgetText(budget: Budget, cost: ProgrammeCost): string {
  const rows = budget.lines.map(({ category, label, budgetUsd, capUsd }) => [
    category,
    label,
    money(budgetUsd),
    money(capUsd),
  ]);
  const table = textTable(
    [
      { head: "part" },
      { head: "activity" },
      { head: "budget USD", align: "right" },
      { head: "cap USD", align: "right" },
    ],
    [...rows, null, ["", "total", money(budget.totalUsd), money(budget.capUsd)]],
  );
  const unknown = cost.lines.filter((line) => line.cost === null);
  const notes = [
    "The cap of the whole is its own p90, less than the sum of the caps: not every line runs high at once.",
    ...unknown.map(({ label, reason }) => `Not budgeted: ${label}: ${reason ?? "unknown"}`),
  ].map((note) => wrapText(note, 100));
  return [
    `${budget.programme}: budget approved by ${budget.approver} on ${budget.approvedOn}${budget.note === "" ? "" : ` (${budget.note})`}`,
    table,
    ...notes,
    `sha256 ${budget.sha256}`,
  ].join("\n\n");
}

/** Whole dollars with thousands separators, from exact money. */
function money(text: string): string {
  return text.replace(/\.00$/, "").replace(/\B(?=(\d{3})+$)/g, ",");
}
