import type { TrainingConfig } from "../../domain/audit-import.ts";
import { type ConfigFile, isSet, namedDatasets, placeOf, readFirst } from "./read-keys.ts";

/** Keys that only a preference trainer has. */
const PREFERENCE_KEYS = ["beta", "loss_type", "max_prompt_length", "ref_model_init_kwargs"];

/** Keys that only a GRPO trainer has. */
const REWARD_KEYS = ["num_generations", "reward_funcs", "max_completion_length"];

/**
 * A configuration of TRL or of the alignment handbook: arguments of Transformers' Trainer together with those of model
 * and data.
 */
export function trlConfig(config: ConfigFile): TrainingConfig {
  const usesPeft = isSet(config, "use_peft");
  const isQuantized = isSet(config, "load_in_4bit");
  const datasets = [
    ...namedDatasets(config, ["dataset_mixture", "datasets"], ["id", "path"]),
    ...namedDatasets(config, ["datasets"], ["id", "path"]),
    ...single(config),
    ...mixer(config),
  ];
  return {
    file: config.file,
    library: "trl",
    base: readFirst(config, "text", ["model_name_or_path"]),
    weights: {
      value: usesPeft ? (isQuantized ? "qlora" : "lora") : "full",
      place: usesPeft ? placeOf(config, ["use_peft"]) : `${config.file}, use_peft (not set)`,
    },
    objective: objectiveOf(config),
    loraRank: usesPeft ? readFirst(config, "number", ["lora_r"]) : null,
    epochs: readFirst(config, "number", ["num_train_epochs"]),
    sequenceTokens: readFirst(config, "number", ["max_length", "max_seq_length"]),
    batchSequences: readFirst(config, "number", ["per_device_train_batch_size"]),
    accumulation: readFirst(config, "number", ["gradient_accumulation_steps"]),
    packing: readFirst(config, "flag", ["packing"]),
    gpuCount: null,
    output: readFirst(config, "text", ["hub_model_id", "output_dir"]),
    datasets,
    removesDuplicates: false,
    heldOut: heldOut(config),
  };
}

function objectiveOf(config: ConfigFile): TrainingConfig["objective"] {
  const has = (keys: readonly string[]): string | undefined => keys.find((key) => key in config.values);
  const reward = has(REWARD_KEYS);
  if (reward !== undefined) return { value: "grpo", place: placeOf(config, [reward]) };
  const preference = has(PREFERENCE_KEYS);
  if (preference !== undefined) return { value: "dpo", place: placeOf(config, [preference]) };
  return { value: "sft", place: `${config.file}, no key of a preference or reward trainer` };
}

/** `dataset_name` with its train split. */
function single(config: ConfigFile): TrainingConfig["datasets"] {
  const name = readFirst(config, "text", ["dataset_name", "dataset_id"]);
  const split = readFirst(config, "text", ["dataset_train_split"]);
  return name === null ? [] : [{ name: name.value, split: split?.value ?? null, place: name.place }];
}

/** `dataset_mixer` of older handbooks: names with shares, and splits for all of them. */
function mixer(config: ConfigFile): TrainingConfig["datasets"] {
  const names = config.values["dataset_mixer"];
  if (names === null || typeof names !== "object") return [];
  return Object.keys(names).map((name) => ({ name, split: null, place: placeOf(config, ["dataset_mixer", name]) }));
}

function heldOut(config: ConfigFile): TrainingConfig["heldOut"] {
  const strategy = readFirst(config, "text", ["eval_strategy", "evaluation_strategy"]);
  const doesEvaluate = isSet(config, "do_eval") || (strategy !== null && strategy.value !== "no");
  const mixture = config.values["dataset_mixture"] as { test_split_size?: unknown } | undefined;
  const size = mixture?.test_split_size;
  if (typeof size === "number" && size > 0) {
    const place = placeOf(config, ["dataset_mixture", "test_split_size"]);
    return { kind: "cut-from-training", place, says: `test_split_size is ${size}` };
  }
  const place = strategy?.place ?? `${config.file}, eval_strategy (not set)`;
  return doesEvaluate
    ? { kind: "set", place, says: `evaluation during training: ${strategy?.value ?? "do_eval"}` }
    : { kind: "nothing", place, says: `eval_strategy is ${strategy?.value ?? "not set"}` };
}
