import { textTable } from "../base/text-table.ts";
import { formatNumber, formatRange } from "../base/units.ts";
import { usd } from "../base/words.ts";
import { isRefusal, type Quantity } from "../domain/estimate.ts";
import type { ModelLifecycle } from "../domain/model-lifecycle.ts";
import type { BaseModelFacts, WatchMigration } from "../domain/watch-migration.ts";

/** Text of a move to another base model: both models, the differences, the cost, and what to run before. */
export function migrationText(plan: WatchMigration): string {
  const { from, to, published } = plan;
  const sides = textTable(
    [{ head: "" }, { head: from.model, align: "right" }, { head: to.model, align: "right" }],
    ROWS.map(([label, shown]) => [label, shown(from), shown(to)]),
  );
  const costs = textTable(
    [
      { head: "cost of the migration", wrap: 60 },
      { head: "USD", align: "right" },
    ],
    [
      ...plan.costs.map(({ what, cost, reason }) => [
        what,
        cost === null ? (reason ?? "unknown") : formatRange(cost.p10, cost.p90, usd),
      ]),
      null,
      ["total of the known parts", formatRange(plan.total.p10, plan.total.p90, usd)],
    ],
  );
  return [
    `${plan.programme}: from ${from.model} to ${to.model}`,
    "",
    ...[...plan.ends, ...plan.endsTo].map(endText),
    ...(plan.ends.length + plan.endsTo.length > 0 ? [""] : []),
    sides,
    "",
    ...plan.differences.map(({ what, from: a, to: b, meaning }) => `${what}: ${a} -> ${b}: ${meaning}`),
    "",
    costs,
    `published: ${formatRange(...published.usd, usd)} USD; ${published.note}`,
    "",
    "before switching:",
    ...plan.before.map((line) => `  ${line}`),
    ...[...from.problems, ...to.problems].map((problem) => `note: ${problem}`),
    ...plan.notes.map((note) => `note: ${note}`),
  ].join("\n");
}

const ROWS: readonly [label: string, shown: (facts: BaseModelFacts) => string][] = [
  ["parameters", ({ paramCount }) => formatNumber(paramCount, 3)],
  ["released", ({ released }) => released ?? "unknown"],
  ["licence", ({ licence }) => licence ?? "unknown"],
  ["context, tokens", ({ context }) => context?.toLocaleString("en-US") ?? "unknown"],
  ["training", ({ training }) => training?.fleet ?? "unknown"],
  ["memory of a GPU, GiB", ({ training }) => quantity(training?.memoryGib)],
  ["hours of a run", ({ training }) => quantity(training?.hoursPerRun)],
  ["cost of a run, USD", ({ training }) => quantity(training?.costPerRun)],
  ["serving", ({ serving }) => serving?.fleet ?? "unknown"],
  ["replicas", ({ serving }) => serving?.replicas?.toString() ?? "unknown"],
  ["requests a second of a replica", ({ serving }) => quantity(serving?.requestsPerSec)],
  ["serving a month, USD", ({ serving }) => quantity(serving?.usdPerMonth)],
];

function quantity(value: Quantity | undefined): string {
  if (value === undefined || isRefusal(value)) return "unknown";
  return formatRange(value.p10, value.p90, (number) => formatNumber(number, 3));
}

const ENDS: Readonly<Record<ModelLifecycle["kind"], string>> = {
  training: "no new tuning jobs from",
  deployment: "tuned models stop answering on",
  api: "stops answering on",
  superseded: "its maker released a successor in",
  "none-published": "no end is published",
};

function endText({ modelId, kind, date, provider, readOn }: ModelLifecycle): string {
  return `${modelId}: ${ENDS[kind]}${date === "" ? "" : ` ${date}`} (${provider}, read ${readOn})`;
}
