import type { TrainingConfig } from "../../domain/audit-import.ts";
import { type ConfigFile, placeOf, readFirst } from "./read-keys.ts";

/** Objectives by `stage` of LLaMA-Factory. */
const OBJECTIVES: Readonly<Record<string, "sft" | "dpo" | "grpo" | "pretraining">> = {
  sft: "sft",
  pt: "pretraining",
  dpo: "dpo",
  kto: "dpo",
  ppo: "grpo",
};

/** A configuration of LLaMA-Factory, including the `training_args.yaml` that its web page writes. */
export function llamaFactoryConfig(config: ConfigFile): TrainingConfig {
  const tuning = readFirst(config, "text", ["finetuning_type"]);
  const stage = readFirst(config, "text", ["stage"]);
  const bits = readFirst(config, "number", ["quantization_bit"]);
  const dataset = readFirst(config, "text", ["dataset"]);
  const isAdapter = tuning === null || tuning.value === "lora" || tuning.value === "oft";
  const weights = isAdapter ? (bits === null ? "lora" : "qlora") : "full";
  return {
    file: config.file,
    library: "llama-factory",
    base: readFirst(config, "text", ["model_name_or_path"]),
    // Its default is lora (LLaMA-Factory, FinetuningArguments).
    weights: { value: weights, place: tuning?.place ?? `${config.file}, finetuning_type (not set: lora)` },
    objective: {
      value: OBJECTIVES[stage?.value ?? "sft"] ?? "sft",
      place: stage?.place ?? `${config.file}, stage (not set: sft)`,
    },
    loraRank: isAdapter ? readFirst(config, "number", ["lora_rank"]) : null,
    epochs: readFirst(config, "number", ["num_train_epochs"]),
    sequenceTokens: readFirst(config, "number", ["cutoff_len"]),
    batchSequences: readFirst(config, "number", ["per_device_train_batch_size"]),
    accumulation: readFirst(config, "number", ["gradient_accumulation_steps"]),
    packing: readFirst(config, "flag", ["packing"]),
    gpuCount: null,
    output: readFirst(config, "text", ["output_dir"]),
    datasets: (dataset?.value ?? "")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "")
      .map((name) => ({ name, split: null, place: placeOf(config, ["dataset"]) })),
    removesDuplicates: false,
    heldOut: heldOut(config),
  };
}

function heldOut(config: ConfigFile): TrainingConfig["heldOut"] {
  const set = readFirst(config, "text", ["eval_dataset"]);
  if (set !== null) return { kind: "set", place: set.place, says: `eval_dataset is ${set.value}` };
  const size = readFirst(config, "number", ["val_size"]);
  if (size !== null && size.value > 0) {
    return { kind: "cut-from-training", place: size.place, says: `val_size is ${size.value}` };
  }
  return {
    kind: "nothing",
    place: size?.place ?? `${config.file}, val_size (not set)`,
    says: `val_size is ${size?.value ?? "not set"}, and no eval_dataset is named`,
  };
}
