import { resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { Programme } from "../../domain/programme.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { mainObjective } from "./main-method.ts";
import { crossFieldProblems, rowProblems } from "./programme-problems.ts";
import { atPlace, type LoadedProgramme } from "./read-programme.ts";

/** Fields of a programme that a flag of a run overrides, by the flag's field. */
const PLACES = {
  model: ["model", "base"],
  method: ["training", "method"],
  loraRank: ["training", "loraRank"],
  sequenceTokens: ["training", "sequenceTokens"],
  batchSequences: ["training", "batchSequences"],
  epochs: ["training", "epochs"],
  stack: ["training", "stack"],
  packing: ["training", "packing"],
  groupSize: ["training", "groupSize"],
  completionTokens: ["training", "completionTokens"],
  gpu: ["training", "gpu"],
  gpuCount: ["training", "gpuCount"],
  term: ["training", "term"],
  sellerClass: ["training", "sellerClass"],
  usdPerGpuHour: ["training", "gpuUsdPerHour"],
  runs: ["training", "runs"],
  rows: ["data", "plannedRows"],
  meanTokens: ["data", "meanTokens"],
} as const satisfies Record<string, readonly [group: "model" | "training" | "data", field: string]>;

/** A flag that may be combined with a programme folder. */
type OverrideName = keyof typeof PLACES;

/** Values that override a programme's own. */
export type Overrides = Partial<Record<OverrideName, unknown>>;

/** True for a flag that corresponds to a field of a programme. */
export function isOverride(field: string): field is OverrideName {
  return Object.hasOwn(PLACES, field);
}

/** Overrides under which a stated length of one run remains valid. */
const KEEPS_HOURS: ReadonlySet<string> = new Set(["term", "sellerClass", "usdPerGpuHour", "runs"]);

/** Overrides that invalidate a stated price, because it was for another GPU or another term. */
const CHANGES_PRICE: readonly OverrideName[] = ["gpu", "term", "sellerClass"];

/** Overrides that name one fleet, instead of several. */
const ONE_FLEET: readonly OverrideName[] = ["gpu", "gpuCount", "usdPerGpuHour"];

/** Field for a value: the method of a run is the trained weights, for which DPO and GRPO have a separate field. */
function placeOf(
  name: OverrideName,
  { value, training }: { value: unknown; training: Programme["training"] },
): readonly [group: string, field: string] {
  const isOfWeights = name === "method" && value !== "pretrain" && mainObjective(training) !== "sft";
  return isOfWeights ? ["training", "weights"] : PLACES[name];
}

const METHODS: Readonly<Record<string, Programme["training"]["method"]>> = {
  full: "full-sft",
  pretrain: "continued-pretraining",
} satisfies Partial<Record<RunSpec["method"], Programme["training"]["method"]>>;

/**
 * A programme with some values replaced, for questions such as the cost on an H200. A stated price is dropped if its
 * GPU or the way to buy it is replaced, stated hours if the run is.
 *
 * @param cwd folder that the path of a config.json is relative to
 * @throws Failure bad_input if the values contradict each other, with the flag or the line of the field
 */
export function withOverrides(loaded: LoadedProgramme, overrides: Overrides, cwd: string): LoadedProgramme {
  const named = Object.entries(overrides).filter(([name, value]) => isOverride(name) && value !== undefined);
  if (named.length === 0) return loaded;
  const names = new Set(named.map(([name]) => name));
  const groups = structuredClone({
    model: loaded.programme.model,
    training: loaded.programme.training,
    data: loaded.programme.data,
  }) as Record<string, Record<string, unknown>>;
  if (CHANGES_PRICE.some((name) => names.has(name))) delete groups["training"]!["gpuUsdPerHour"];
  if ([...names].some((name) => !KEEPS_HOURS.has(name))) delete groups["training"]!["hoursPerRun"];
  if (ONE_FLEET.some((name) => names.has(name))) delete groups["training"]!["fleets"];
  for (const [name, value] of named) {
    const [group, field] = placeOf(name as OverrideName, { value, training: loaded.programme.training });
    groups[group]![field] = name === "method" ? (METHODS[value as string] ?? value) : value;
  }
  const changed: LoadedProgramme = {
    ...loaded,
    programme: Programme.parse({ ...loaded.programme, ...groups }),
    resolve: (path) => (path === overrides.model ? Promise.resolve(resolve(cwd, path)) : loaded.resolve(path)),
    place: (path) => flagAt(path, names) ?? loaded.place(path),
    origin: (path) => {
      const flag = flagAt(path, names);
      return flag === undefined ? loaded.origin(path) : { kind: "user", ref: flag };
    },
  };
  const { gpu } = changed.programme.training;
  if (gpu !== undefined) atPlace(changed, ["training", "gpu"], () => findGpu(gpu));
  const [problem] = [...crossFieldProblems(changed.programme), ...rowProblems(changed.programme)];
  if (problem) {
    throw new Failure("bad_input", `${changed.place(problem.field)}: ${problem.text}`, { hint: problem.hint });
  }
  return changed;
}

/** The flag that replaced a field. */
function flagAt(path: readonly (string | number)[], names: ReadonlySet<string>): string | undefined {
  const found = Object.entries(PLACES).find(([name, place]) => names.has(name) && place.join(".") === path.join("."));
  return found && `--${found[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
