import { commandLine } from "../../base/command-line.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { lifecycleOf } from "../../catalog/model-lifecycle.ts";
import type { CostLine } from "../../domain/cost.ts";
import type { Estimate } from "../../domain/estimate.ts";
import type { JobList } from "../../domain/training-job.ts";
import type { WatchCheck } from "../../domain/watch-check.ts";
import type { MaintenanceStep, QualitySeries, WatchPlan } from "../../domain/watch-plan.ts";
import { MONTHS } from "../../plan/cost/running-lines.ts";
import { scaleQuantity, sumRanges } from "../../plan/uncertainty/lognormal.ts";
import { dueState, type QuarterDays, quarterDays } from "../../watch/quarter-days.ts";
import { type CostOptions, programmeCosts } from "../cost/programme-costs.ts";
import { retrainDecision } from "./retrain-decision.ts";

/** Input of the plan of a quarter. */
export type PlanQuarter = {
  dir: string;
  /** The folder as displayed. */
  shown: string;
  from: string;
  on: string;
  /** The last checks; empty if nothing was checked. */
  checks: readonly WatchCheck[];
  jobs: JobList["jobs"];
  /** Evaluations of the programme over time. */
  quality: readonly QualitySeries[];
  costs: Omit<CostOptions, "on">;
};

/** Number of quarters in the months that the programme's costs cover. */
const QUARTERS = MONTHS / 3;

/**
 * The maintenance of a quarter as dated steps with cost ranges: drift checks, monthly replay, re-evaluation, data, one retraining,
 * a migration if the base model ends. Costs are those of the programme, measured ones if a training run was verified.
 *
 * @throws Failure as `programmeCosts`
 */
export async function planQuarter(request: PlanQuarter): Promise<WatchPlan> {
  const { dir, from, on, checks, jobs } = request;
  const { loaded, cost } = await programmeCosts(dir, { ...request.costs, on });
  const { programme } = loaded;
  const days = quarterDays(from);
  const lines = new Map(cost.lines.map((line) => [line.id, line]));
  const measured = measuredRetrain(jobs);
  const perQuarter = (id: string): CostedLine => quarterOf(lines.get(`cost.maintenance.${id}`));
  const costs: MaintenanceCosts = {
    drift: perQuarter("drift"),
    replay: perQuarter("evaluation"),
    reEvaluation: perQuarter("reevaluation"),
    data: perQuarter("data"),
    retrain: joined([
      measured === undefined ? perQuarter("retrain") : { cost: measured, reason: null },
      perQuarter("retrain-work"),
    ]),
  };
  const model = programme.model.base;
  const migration = migrationStep(model, {
    from,
    days,
    on,
    usd: assumptionsWith(programme.assumptions)("migration.usd"),
  });
  const steps = [
    ...maintenanceSteps(days, { on, costs, shown: request.shown, checks }),
    ...(migration ? [migration] : []),
  ];
  const total = sumOf(Object.values(costs), "sum of the steps, as independent");
  const covered = sumOf(
    [costs.drift, costs.reEvaluation, costs.data, costs.retrain],
    "the four activities of the headline",
  );
  return {
    programme: programme.name,
    on,
    from,
    to: days.to,
    steps: steps.toSorted((a, b) => (a.day === b.day ? (a.kind < b.kind ? -1 : 1) : a.day < b.day ? -1 : 1)),
    total,
    totalWithMigration:
      migration === undefined ? null : sumOf([{ cost: total, reason: null }, migration], "with the migration"),
    published: published(covered),
    retrain: retrainDecision(checks, { quality: request.quality, cost: costs.retrain.cost }),
    notes: [
      ...Object.entries(costs).flatMap(([name, { cost: entry, reason }]) =>
        entry === null ? [`${name}: not in the total, ${reason ?? "unknown"}`] : [],
      ),
      measured === undefined
        ? "the cost of retraining comes from the programme's plan: no training run is verified yet"
        : `compute of retraining: ${measured.basis}`,
      `the cost of a quarter is that of six months, divided by ${QUARTERS}`,
    ],
  };
}

/** A cost, or the reason why it is unknown. */
export type CostedLine = { cost: Estimate | null; reason: string | null };

type MaintenanceCosts = Readonly<Record<"drift" | "replay" | "reEvaluation" | "data" | "retrain", CostedLine>>;

/** A six-month line converted to a quarter. */
export function quarterOf(line: CostLine | undefined): CostedLine {
  if (line === undefined) return { cost: null, reason: "the programme has no such line" };
  if (line.cost === null) return { cost: null, reason: line.reason };
  return { cost: scaled(line.cost, 1 / QUARTERS), reason: null };
}

function scaled(cost: Estimate, factor: number): Estimate {
  return scaleQuantity(cost, factor, cost.unit) as Estimate;
}

/** The cost of several lines; an unknown line makes the sum unknown. */
function joined(lines: readonly CostedLine[]): CostedLine {
  const unknown = lines.find(({ cost }) => cost === null);
  return unknown ?? { cost: sumOf(lines, "compute and people"), reason: null };
}

/** The sum of the known costs. */
export function sumOf(lines: readonly CostedLine[], basis: string): Estimate {
  const known = lines.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  return {
    ...sumRanges(known),
    unit: "USD",
    basis,
    n: known.reduce((sum, { n }) => sum + n, 0),
    sources: [...new Set(known.flatMap(({ sources }) => sources))],
  };
}

/** Costs of verified training runs; undefined if none has a price. */
function measuredRetrain(jobs: JobList["jobs"]): Estimate | undefined {
  const spent = jobs
    .filter(({ state, spentUsd }) => state === "done-verified" && spentUsd !== null)
    .map(({ spentUsd }) => Number(spentUsd))
    .toSorted((a, b) => a - b);
  if (spent.length === 0) return undefined;
  return {
    p10: spent[0]!,
    p50: spent[Math.floor(spent.length / 2)]!,
    p90: spent.at(-1)!,
    unit: "USD",
    basis: `measured: lowest, middle and highest of ${spent.length} verified training run${spent.length === 1 ? "" : "s"}`,
    n: spent.length,
    sources: ["training runs of this folder"],
  };
}

type StepFacts = { on: string; costs: MaintenanceCosts; shown: string; checks: readonly WatchCheck[] };

function maintenanceSteps(days: QuarterDays, { on, costs, checks }: StepFacts): MaintenanceStep[] {
  const monitor = checks[0]?.watch ?? "NAME";
  const step = (
    kind: MaintenanceStep["kind"],
    day: string,
    rest: Pick<MaintenanceStep, "what" | "command"> & CostedLine,
  ): MaintenanceStep => ({ kind, day, ...rest, state: dueState(day, on) });
  const share = (line: CostedLine, count: number): CostedLine =>
    line.cost === null ? line : { cost: scaled(line.cost, 1 / count), reason: null };
  const perCheck = share(costs.drift, days.checks.length);
  const perReplay = share(costs.replay, days.replays.length);
  const lastChecked = checks.map(({ checkedAt }) => checkedAt.slice(0, 10)).toSorted()[0];
  return [
    ...days.checks
      .filter((day) => lastChecked === undefined || day > lastChecked)
      .map((day) =>
        step("drift", day, {
          what: "check the traffic of the week",
          command: commandLine(["watch", "check", monitor]),
          ...perCheck,
        }),
      ),
    ...days.replays.map((day) =>
      step("replay", day, {
        what: "refresh the replay set and evaluate on it",
        command: commandLine(["eval", "replay", "requests.jsonl", "--by", "NAME"]),
        ...perReplay,
      }),
    ),
    step("data", days.data, {
      what: "queue hard cases, label them, and freeze a new version of the data",
      command: commandLine(["watch", "queue", monitor]),
      ...costs.data,
    }),
    step("re-evaluation", days.reEvaluation, {
      what: "evaluate again on the frozen set, and on one with the new cases",
      command: commandLine(["eval", "run", "NAME"]),
      ...costs.reEvaluation,
    }),
    step("retrain-decision", days.decision, {
      what: "decide on retraining: alarms, quality over time, new cases",
      command: null,
      cost: null,
      reason: "a decision",
    }),
    step("retrain", days.retrain, {
      what: "retrain on the new version, gate it, and ship it if it passes",
      command: commandLine(["train", "start"]),
      ...costs.retrain,
    }),
  ];
}

function migrationStep(
  model: string,
  {
    from,
    days,
    on,
    usd,
  }: {
    from: string;
    days: QuarterDays;
    on: string;
    usd: { p10: number; p50: number; p90: number; source: { ref: string } };
  },
): MaintenanceStep | undefined {
  const end = lifecycleOf(model)
    .filter(({ kind, date }) => kind !== "superseded" && kind !== "none-published" && date.length === 10)
    .toSorted((a, b) => (a.date < b.date ? -1 : 1))
    .find(({ date }) => date >= from && date <= days.to);
  if (end === undefined) return undefined;
  return {
    kind: "migration",
    day: end.date,
    what: `move to another base model: ${model} ends (${end.kind}, ${end.provider}, read ${end.readOn})`,
    command: commandLine(["watch", "migrate", "--to", "MODEL"]),
    cost: {
      p10: usd.p10,
      p50: usd.p50,
      p90: usd.p90,
      unit: "USD",
      basis: "assumption migration.usd",
      n: 0,
      sources: [usd.source.ref],
    },
    reason: null,
    state: dueState(end.date, on),
  };
}

function published(ours: Estimate): WatchPlan["published"] {
  const assumption = assumptionsWith();
  const headline = assumption("maintenance.headline.usd-per-quarter");
  const parts = assumption("maintenance.parts.usd-per-quarter");
  const where = ours.p50 < headline.p10 ? "below" : ours.p50 > headline.p90 ? "above" : "within";
  return {
    headlineUsd: [headline.p10, headline.p90],
    partsUsd: [parts.p10, parts.p90],
    ours,
    note: `the headline is not the sum of its parts; our median is ${where} the headline. The monthly evaluation of traffic is additional: the article lists it elsewhere`,
    source: headline.source.ref,
  };
}
