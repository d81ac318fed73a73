import { formatMoney, parseMoney, roundMoney } from "../../base/money.ts";
import { type Column, textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { NumberSummary, RunGroup, RunGroupList, TextSummary } from "../../domain/run-group.ts";
import { shortHashes } from "../../report/short-hashes.ts";
import { shortKey } from "../../report/short-key.ts";
import { valueText } from "./runs-text.ts";

/** Table of groups: the value of each key, runs, states, a summary of each column, and cost; the known total is last. */
export function runGroupsText({ by, columns, groups, runs, hasMore, moreGroups }: RunGroupList): string {
  if (groups.length === 0) return "no runs";
  const heads: Column[] = [
    ...by.map((key) => ({ head: shortKey(key) })),
    { head: "runs", align: "right" },
    { head: "states" },
    ...columns.map((name): Column =>
      name.startsWith("metrics.")
        ? { head: `${shortKey(name)}: mean (range)`, align: "right" }
        : { head: shortKey(name) },
    ),
    { head: "cost USD", align: "right" },
  ];
  const rows = groups.map((group) => [
    ...group.values.map((value) => (value === null ? "not set" : shortHashes(value))),
    String(group.runs),
    group.states.map(({ state, runs: count }) => `${count} ${state}`).join(", "),
    ...group.columns.map((summary) => ("mean" in summary ? numberText(summary) : textOf(summary))),
    costText(group),
  ]);
  const total = [
    "total known",
    ...by.slice(1).map(() => ""),
    String(runs),
    "",
    ...columns.map(() => ""),
    costText(totalOf(groups)),
  ];
  const table = textTable(heads, moreGroups === 0 ? [...rows, null, total] : rows);
  const notes = [
    `${counted(runs, "run")} in ${counted(groups.length + moreGroups, "group")}`,
    ...(moreGroups === 0 ? [] : [`${counted(moreGroups, "group")} not shown: --limit ${groups.length + moreGroups}`]),
    ...(hasMore ? ["older runs match too and are in no group: narrow the filter"] : []),
  ];
  return `${table}\n\n${notes.join("; ")}`;
}

function numberText({ mean, lowest, highest, finite, nan, infinite, missing }: NumberSummary): string {
  const left = [
    ...(nan === 0 ? [] : [`${nan} NaN`]),
    ...(infinite === 0 ? [] : [`${infinite} infinite`]),
    ...(missing === 0 ? [] : [`${missing} without`]),
  ].join(", ");
  if (mean === null) return left;
  const range = finite === 1 ? "" : ` (${valueText(lowest!)} to ${valueText(highest!)})`;
  return `${left === "" ? "" : `${left}; `}${valueText(mean)}${range}`;
}

function textOf({ only, different, missing }: TextSummary): string {
  const value = (only === null ? undefined : shortHashes(only)) ?? (different === 0 ? "" : `${different} values`);
  return [value, missing === 0 ? "" : `${missing} without`].filter((part) => part !== "").join(", ");
}

/** The known costs of all groups, and how many runs have none. */
function totalOf(groups: readonly RunGroup[]): Pick<RunGroup, "costUsd" | "unpriced"> {
  const known = groups.flatMap(({ costUsd }) => costUsd ?? []);
  return {
    costUsd: known.length === 0 ? null : formatMoney(known.reduce((sum, usd) => sum + parseMoney(usd), 0n)),
    unpriced: groups.reduce((sum, { unpriced }) => sum + unpriced, 0),
  };
}

function costText({ costUsd, unpriced }: Pick<RunGroup, "costUsd" | "unpriced">): string {
  const known = costUsd === null ? [] : [formatMoney(roundMoney(parseMoney(costUsd)))];
  return [...(unpriced === 0 ? [] : [`${unpriced} unknown`]), ...known].join(", ");
}
