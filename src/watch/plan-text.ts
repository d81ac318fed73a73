import { textTable } from "../base/text-table.ts";
import { formatRange } from "../base/units.ts";
import { usd } from "../base/words.ts";
import type { Estimate } from "../domain/estimate.ts";
import type { MaintenanceStep, WatchPlan } from "../domain/watch-plan.ts";

/** Text of the maintenance of a quarter. Weekly checks are one line. */
export function planText(plan: WatchPlan): string {
  const rows = grouped(plan.steps).map(({ step, days, cost }) => [
    days,
    STEP_NAMES[step.kind],
    step.what,
    cost === null ? (step.reason ?? "unknown") : range(cost),
    step.state,
  ]);
  const table = textTable(
    [{ head: "day" }, { head: "step" }, { head: "what", wrap: 56 }, { head: "USD", align: "right" }, { head: "state" }],
    [...rows, null, ["total", "", "", range(plan.total), ""]],
  );
  const { published, retrain } = plan;
  return [
    `${plan.programme}: maintenance from ${plan.from} to ${plan.to}`,
    "",
    table,
    ...(plan.totalWithMigration === null ? [] : [`with the migration: ${range(plan.totalWithMigration)} USD`]),
    "",
    `published headline ${formatRange(...published.headlineUsd, usd)} USD a quarter; its own parts sum to ${formatRange(...published.partsUsd, usd)}; ours of the same activities ${range(published.ours)}`,
    `(${published.note})`,
    "",
    ...qualityLines(retrain.quality),
    `retraining: ${retrain.decision === "not-yet" ? "not yet" : "decide now"}`,
    ...retrain.reasons.map((reason) => `- ${reason}`),
    ...economyLines(retrain),
    "",
    ...plan.notes.map((note) => `note: ${note}`),
  ].join("\n");
}

/** Scores over time: one row for each evaluation. */
function qualityLines(quality: WatchPlan["retrain"]["quality"]): string[] {
  if (quality.length === 0) return [];
  const rows = quality.flatMap(({ evaluation, target, scorer, points }) =>
    points.map(({ day, set, mean, interval, n }) => [
      evaluation,
      target,
      day,
      set,
      scorer,
      mean.toFixed(4),
      interval === null ? "none" : `${interval.low.toFixed(4)} to ${interval.high.toFixed(4)}`,
      String(n),
    ]),
  );
  const heads = ["quality over time", "target", "day", "set", "score"].map((head) => ({ head }));
  const numbers = ["mean", "95 % interval", "items"].map((head) => ({ head, align: "right" as const }));
  return [textTable([...heads, ...numbers], rows), ""];
}

function economyLines({ gain, cost, usdPerPoint, risks }: WatchPlan["retrain"]): string[] {
  const [least, most] = gain.points.map((value) => value.toFixed(1));
  return [
    `- expected gain: ${least} to ${most} points of quality (${gain.basis})`,
    cost === null
      ? "- cost: unknown"
      : `- cost: ${range(cost)} USD${usdPerPoint === null ? "" : `, ${formatRange(...usdPerPoint, usd)} USD for each point`}`,
    ...risks.map((risk) => `- risk: ${risk}`),
  ];
}

function range({ p10, p90 }: Estimate): string {
  return formatRange(p10, p90, usd);
}

const STEP_NAMES: Readonly<Record<MaintenanceStep["kind"], string>> = {
  drift: "drift check",
  replay: "replay",
  "re-evaluation": "re-evaluation",
  data: "data",
  "retrain-decision": "decision",
  retrain: "retraining",
  migration: "migration",
};

type Group = { step: MaintenanceStep; days: string; cost: Estimate | null };

/** Steps of one kind merged into one: the first day, their number, and their total cost. */
function grouped(steps: readonly MaintenanceStep[]): Group[] {
  const kinds = [...new Set(steps.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const all = steps.filter((step) => step.kind === kind);
    const [step] = all;
    const { cost } = step!;
    const times = all.length;
    return {
      step: step!,
      days: times === 1 ? step!.day : `${step!.day} and ${times - 1} more`,
      cost: cost === null ? null : { ...cost, p10: cost.p10 * times, p50: cost.p50 * times, p90: cost.p90 * times },
    };
  });
}
