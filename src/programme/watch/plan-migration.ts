import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { commandLine } from "../../base/command-line.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { lifecycleOf } from "../../catalog/model-lifecycle.ts";
import { resolveModel } from "../../catalog/resolve-model.ts";
import type { ProgrammeCost } from "../../domain/cost.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { MigrationCost, WatchMigration } from "../../domain/watch-migration.ts";
import { EVAL_FOLDER } from "../evaluate/read-evaluation.ts";
import { type LoadedProgramme, readProgramme } from "../reading/read-programme.ts";
import { loadShape } from "../training-plan/training-shape.ts";
import { baseDifferences } from "./base-differences.ts";
import { baseFacts, type BaseReading } from "./base-facts.ts";
import { type CostedLine, quarterOf, sumOf } from "./plan-quarter.ts";

/** Migration to plan. */
export type PlanMigration = BaseReading & { dir: string; shown: string; to: string };

/**
 * Cost and work of moving a programme to another base model: end-of-life dates of the old one, differences, training
 * and serving of both, the cost compared with the published range, and evaluations before the switch. Nothing is
 * downloaded.
 *
 * @throws Failure not_found for an unknown model; bad_input if it is the current model; those of `readProgramme`
 */
export async function planMigration(request: PlanMigration): Promise<WatchMigration> {
  const { dir, on, hubCache } = request;
  const loaded = await readProgramme(dir, on);
  const { shape: before } = await loadShape(loaded, on);
  const { shape: after } = await resolveModel(request.to, dir, on);
  if (before.id === after.id) {
    throw new Failure("bad_input", `${after.id} already is the base model of this programme`, {
      hint: "name another one with --to; tunewright models list",
    });
  }
  const [estimated, moved] = [withBase(loaded, loaded.programme.model.base), withBase(loaded, request.to)];
  const [from, to] = [await baseFacts(estimated, before, request), await baseFacts(moved, after, request)];
  const sides = [
    { loaded, facts: from.facts },
    { loaded: moved, facts: to.facts },
  ] as const;
  const { differences, notes } = await baseDifferences(...sides, hubCache);
  const costs = migrationCosts(to.cost);
  const total = sumOf(costs, "sum of the known parts, as independent");
  const published = assumptionsWith(loaded.programme.assumptions)("migration.usd");
  const where = total.p50 < published.p10 ? "below" : total.p50 > published.p90 ? "above" : "within";
  return {
    programme: loaded.programme.name,
    on,
    from: from.facts,
    to: to.facts,
    ends: [...lifecycleOf(before.id)],
    endsTo: [...lifecycleOf(after.id)],
    differences,
    costs,
    total,
    published: {
      usd: [published.p10, published.p90],
      source: published.source.ref,
      note: `our median is ${where} the published range`,
    },
    before: await stepsBefore(dir, { model: after.id, shown: request.shown }),
    notes: [
      ...notes,
      ...(lifecycleOf(before.id).length === 0
        ? [`no end of ${before.id} is in the catalogue, which is a sample: ask who serves it`]
        : []),
      ...(statedFields(loaded).length === 0
        ? []
        : [
            `both sides are estimated: ${statedFields(loaded).join(", ")} of programme.yaml apply only to ${before.id}`,
          ]),
      "people of a migration are those of a retraining and a re-evaluation; work on prompts and clients is not counted",
    ],
  };
}

/**
 * A programme on a base model, without the values that were stated for the old one: hours of a run, speed and cost of
 * serving, and a tokenizer. Both sides are estimated, so that they can be compared.
 */
function withBase(loaded: LoadedProgramme, base: string): LoadedProgramme {
  const { programme } = loaded;
  const { tokenizer: _tokenizer, ...data } = programme.data;
  const { hoursPerRun: _hours, ...training } = programme.training;
  const { outputTokensPerSec: _speed, monthlyUsd: _monthly, ...serving } = programme.serving;
  return { ...loaded, programme: { ...programme, data, training, serving, model: { ...programme.model, base } } };
}

/** Fields with values stated for the current model. */
function statedFields({ programme: { training, serving } }: LoadedProgramme): string[] {
  return [
    ...(training.hoursPerRun === undefined ? [] : ["training.hoursPerRun"]),
    ...(serving.outputTokensPerSec === undefined ? [] : ["serving.outputTokensPerSec"]),
    ...(serving.monthlyUsd === undefined ? [] : ["serving.monthlyUsd"]),
  ];
}

/** Cost of moving to another base model of like size, from the costs of the programme; refused if none is known. */
export function migrationTotal(cost: ProgrammeCost): Quantity {
  const costs = migrationCosts(cost);
  if (costs.every(({ cost: known }) => known === null)) {
    return { refused: "no part of a migration is costed", hint: "tunewright watch migrate --to MODEL" };
  }
  return sumOf(costs, "training runs, people for one retraining, and evaluation, on the base of the plan");
}

function migrationCosts(cost: ProgrammeCost | undefined): MigrationCost[] {
  const lines = cost?.lines ?? [];
  const lineOf = (id: string): CostedLine => quarterOf(lines.find((line) => line.id === id));
  const training = lines.filter(({ category }) => category === "training");
  const unknown = training.find((line) => line.cost === null);
  const runs: CostedLine =
    cost === undefined
      ? { cost: null, reason: "training or serving of the new model cannot be planned" }
      : unknown === undefined
        ? { cost: sumOf(training, "training lines of the programme on the new model"), reason: null }
        : { cost: null, reason: unknown.reason };
  return [
    { what: "training runs on the new model", ...runs },
    { what: "people for one retraining", ...lineOf("cost.maintenance.retrain-work") },
    { what: "evaluation on the frozen and the refreshed sets", ...lineOf("cost.maintenance.reevaluation") },
  ];
}

async function stepsBefore(dir: string, { model, shown }: { model: string; shown: string }): Promise<string[]> {
  let names: string[] = [];
  try {
    names = (await readdir(join(dir, EVAL_FOLDER))).filter((name) => name.endsWith(".yaml")).toSorted();
  } catch (error) {
    if (!isSystemError(error) || error.code !== "ENOENT") throw error;
  }
  const evaluations = names.map((name) => name.slice(0, -".yaml".length));
  return [
    commandLine(["eval", "verify"]),
    ...(evaluations.length === 0 ? ["NAME"] : evaluations).flatMap((name) => [
      commandLine(["eval", "run", name]),
      commandLine(["eval", "gate", name]),
    ]),
    commandLine(["plan", "serve", shown, "--model", model]),
    commandLine(["loadtest", "http://localhost:8000"]),
    commandLine(["comply", "show", shown]),
  ];
}
