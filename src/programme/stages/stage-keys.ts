import { sha256 } from "../../base/hash.ts";
import type { TrainingStage } from "../../domain/training-stages.ts";

/**
 * Inputs of a stage that trains: its training file, its sweep file, and the digests of the datasets that they name. Any
 * JSON value.
 */
export type StageInputs = ReadonlyMap<string, unknown>;

/**
 * A key of each stage, of all that its result depends on: an edit of the plan repeats only the stages whose key changes.
 * A stage that trains, merges or converts depends on what it takes; a gate on all results before it; an export also on
 * the gates before it, because it releases what they passed.
 *
 * @param inputs  by the name of the stage
 */
export function stageKeys(stages: readonly TrainingStage[], inputs: StageInputs): Map<string, string> {
  const keys = new Map<string, string>();
  const gates: string[] = [];
  const results: string[] = [];
  for (const stage of stages) {
    const { name, ...what } = stage;
    const taken = [takenBy(stage), baseOf(stage, stages)].map((from) => (from === undefined ? null : keys.get(from)));
    const before = "gate" in stage ? results : "export" in stage ? gates : [];
    const key = sha256(JSON.stringify([withoutNames(what), taken, inputs.get(name) ?? null, before])).slice(0, 16);
    keys.set(name, key);
    if ("gate" in stage) gates.push(key);
    else if (!("export" in stage)) results.push(key);
  }
  return keys;
}

/** Earlier stage that a stage names. */
function takenBy(stage: TrainingStage): string | undefined {
  if ("train" in stage) return stage.from;
  if ("merge" in stage) return stage.merge;
  if ("gguf" in stage) return stage.gguf;
  return "export" in stage ? stage.export : undefined;
}

/** Stage into whose model an adapter is merged, if it was not the model of a file. */
function baseOf(stage: TrainingStage, stages: readonly TrainingStage[]): string | undefined {
  if (!("merge" in stage)) return undefined;
  const trained = stages.find(({ name }) => name === stage.merge);
  return trained !== undefined && "train" in trained ? trained.from : undefined;
}

/** A stage without the names of other stages, which their keys replace, and without the path of its own file. */
function withoutNames(what: object): object {
  return Object.fromEntries(
    Object.entries(what).map(([key, value]) => [key, NAMES.has(key) ? true : (value as unknown)]),
  );
}

const NAMES: ReadonlySet<string> = new Set(["train", "from", "sweep", "merge", "gguf", "export"]);
