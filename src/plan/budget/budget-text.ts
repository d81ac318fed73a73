import { textTable, wrapText } from "../../base/text-table.ts";
import { amount } from "../../base/words.ts";
import type { Budget } from "../../domain/budget.ts";
import type { ProgrammeCost } from "../../domain/cost.ts";
import { budgetPhases } from "./budget.ts";
import { type Phase, phaseOf } from "../cost/phase.ts";
import { MONTHS } from "../cost/running-lines.ts";
import { withoutWords } from "../cost/without-words.ts";

/** Names of the phases of a budget. */
export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  launch: "launch",
  maintenance: `${MONTHS} months of maintenance`,
  serving: `${MONTHS} months of serving`,
};

/**
 * Text of an approved budget, with the share of each phase. A phase without any known line is unknown rather than zero.
 * Sums state which lines they lack, and the lines without a cap are listed below.
 */
export function budgetText(budget: Budget, cost: ProgrammeCost): string {
  const rows = budget.lines.map(({ category, label, budgetUsd, capUsd }) => [
    category,
    label,
    amount(budgetUsd),
    amount(capUsd),
  ]);
  const phases = Object.entries(budgetPhases(budget.lines)).map(([phase, usd]) =>
    phaseRow(phase as Phase, usd, cost.lines),
  );
  const table = textTable(
    [
      { head: "part" },
      { head: "activity" },
      { head: "budget USD", align: "right" },
      { head: "cap USD", align: "right" },
    ],
    [
      ...rows,
      null,
      ...phases,
      null,
      ["", `total${withoutWords(cost.lines)}`, amount(budget.totalUsd), amount(budget.capUsd)],
    ],
  );
  const unknown = cost.lines.filter((line) => line.cost === null);
  const notes = [
    "The cap of the total is its own p90, which is less than the sum of the caps, because not all lines are high at the same time.",
    ...cost.lines.flatMap(({ label, openEnd }) =>
      openEnd === undefined ? [] : [`The caps of ${label} and of the total are too low to rely on: ${openEnd}.`],
    ),
    ...unknown.map(({ label, reason }) => `Not budgeted: ${label}: ${reason ?? "unknown"}`),
  ].map((note) => wrapText(note, 100));
  return [
    `${budget.programme}: budget approved by ${budget.approver} on ${budget.approvedOn}${budget.note === "" ? "" : ` (${budget.note})`}`,
    table,
    ...notes,
    `sha256 ${budget.sha256}`,
  ].join("\n\n");
}

function phaseRow(phase: Phase, usd: string, lines: ProgrammeCost["lines"]): string[] {
  const own = lines.filter(({ category }) => phaseOf(category) === phase);
  if (own.length > 0 && own.every((line) => line.cost === null)) return ["", PHASE_NAMES[phase], "unknown", ""];
  return ["", `${PHASE_NAMES[phase]}${withoutWords(own)}`, amount(usd), ""];
}
