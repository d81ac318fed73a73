import { textTable } from "../../base/text-table.ts";
import { counted, percent } from "../../base/words.ts";
import type { Sweep, SweepList, SweepPlan, TrialValues } from "../../domain/sweep.ts";

/** Text of what a sweep will do. */
export function planText(plan: SweepPlan): string {
  const { trials, rungs, maxSteps, expectedSteps, trialsForBudget: bought, usdPerTrial: usd } = plan;
  const rows = [
    ["trials", trials === null ? "as many as the budget covers" : `at most ${trials}`],
    ["rungs (steps)", rungs.length === 0 ? `${maxSteps} only` : `${rungs.join(", ")} of ${maxSteps}`],
    ["steps per trial", `${expectedSteps.toFixed(1)} on average`],
    ["USD per trial", usd === null ? "unknown" : `${usd.p50} (p10 ${usd.p10}, p90 ${usd.p90})`],
    ["the budget covers", bought === null ? "unknown" : `${bought.middle} trials (${bought.low} to ${bought.high})`],
    ["cost", plan.reason ?? ""],
  ];
  const table = textTable([{ head: "sweep" }, { head: "", wrap: 80 }], rows);
  return [table, ...plan.warnings.map((warning) => `note: ${warning}`)].join("\n\n");
}

/** Values of a trial on one line. */
function valuesText(values: TrialValues): string {
  return Object.entries(values)
    .map(([field, value]) => `${field} ${typeof value === "number" ? Number(value.toPrecision(4)) : value}`)
    .join(", ");
}

/** Table of sweeps. */
export function sweepListText({ sweeps }: SweepList): string {
  if (sweeps.length === 0) return "no sweeps";
  const table = textTable(
    [{ head: "sweep" }, { head: "name" }, { head: "state" }, { head: "spent USD", align: "right" }],
    sweeps.map(({ id, name, state, spentUsd }) => [id, name, state, spentUsd ?? "unpriced"]),
  );
  return `${table}\n\n${counted(sweeps.length, "sweep")}`;
}

/** Text of one sweep: its trials, its best, the importance of fields, its cost. */
export function sweepText(sweep: Sweep): string {
  const { trials, best, importance } = sweep;
  const head = textTable(
    [{ head: "sweep" }, { head: sweep.id, wrap: 90 }],
    [
      ["name", sweep.name],
      ["state", sweep.reason === null ? sweep.state : `${sweep.state}: ${sweep.reason}`],
      ["metric", `${sweep.metric}, ${sweep.goal}`],
      ["rungs (steps)", sweep.plan.rungs.length === 0 ? "end of the run only" : sweep.plan.rungs.join(", ")],
      ["spent", `${sweep.spentUsd ?? "unpriced"} USD of ${sweep.maxUsd ?? "no limit"}`],
      ...(sweep.approvedBy === null ? [] : [["approved by", sweep.approvedBy]]),
      ["best", best === null ? "none yet" : bestText(sweep)],
      ["importance", importance.length === 0 ? "unknown: fewer than 10 finished trials" : importanceText(sweep)],
      ["USD for each 0.01", sweep.usdPerPoint ?? "unknown: no finished trial beats a finished baseline"],
    ],
  );
  if (trials.length === 0) return `${head}\n\nno trial has started`;
  const table = textTable(
    [
      { head: "trial", align: "right" },
      { head: "kind" },
      { head: "state" },
      { head: "step", align: "right" },
      { head: sweep.metric, align: "right" },
      { head: "USD", align: "right" },
      { head: "job" },
      { head: "values", wrap: 60 },
    ],
    trials.map((trial) => [
      String(trial.trial),
      trial.repeats === null ? trial.kind : `${trial.kind} of ${trial.repeats}`,
      trial.state,
      String(trial.step ?? 0),
      trial.value === null ? "-" : trial.value.toPrecision(5),
      trial.usd ?? "unpriced",
      trial.jobId ?? "-",
      valuesText(trial.values),
    ]),
  );
  return `${head}\n\n${table}`;
}

function bestText({ best }: Sweep): string {
  if (best === null) return "";
  const { trial, value, interval95, seeds, reason, isPartial, values } = best;
  const range = interval95?.map((end) => end.toPrecision(4)).join(" to ");
  const sure = range === undefined ? reason : `95 % interval ${range}, ${seeds} seeds`;
  return `trial ${trial}: ${value.toPrecision(5)} (${sure}${isPartial ? "; no trial has finished" : ""}); ${valuesText(values)}`;
}

function importanceText({ importance }: Sweep): string {
  return importance.map(({ field, share }) => `${field} ${percent(share)}`).join(", ");
}
