import type { TrainingConfig } from "../../domain/audit-import.ts";
import { type ConfigFile, isSet, namedDatasets, placeOf, readFirst } from "./read-keys.ts";

/** Objectives by `rl` of Axolotl; without it the run is supervised. */
const OBJECTIVES: Readonly<Record<string, "dpo" | "grpo">> = {
  dpo: "dpo",
  ipo: "dpo",
  kto: "dpo",
  orpo: "dpo",
  grpo: "grpo",
};

/** A configuration of Axolotl, by the keys of its reference (docs.axolotl.ai, config reference, read 2026-11). */
export function axolotlConfig(config: ConfigFile): TrainingConfig {
  const adapter = readFirst(config, "text", ["adapter"]);
  const objective = readFirst(config, "text", ["rl"]);
  const base = readFirst(config, "text", ["base_model"]);
  const types = Array.isArray(config.values["datasets"]) ? (config.values["datasets"] as { type?: unknown }[]) : [];
  const isPretraining = types.length > 0 && types.every((dataset) => dataset?.type === "completion");
  return {
    file: config.file,
    library: "axolotl",
    base,
    weights: {
      value: adapter === null ? "full" : adapter.value === "qlora" ? "qlora" : "lora",
      place: adapter?.place ?? `${config.file}, adapter (not set)`,
    },
    objective: {
      value: objective === null ? (isPretraining ? "pretraining" : "sft") : (OBJECTIVES[objective.value] ?? "sft"),
      place: objective?.place ?? placeOf(config, ["datasets"]),
    },
    loraRank: adapter === null ? null : readFirst(config, "number", ["lora_r"]),
    epochs: readFirst(config, "number", ["num_epochs"]),
    sequenceTokens: readFirst(config, "number", ["sequence_len"]),
    batchSequences: readFirst(config, "number", ["micro_batch_size"]),
    accumulation: readFirst(config, "number", ["gradient_accumulation_steps"]),
    packing: readFirst(config, "flag", ["sample_packing"]),
    gpuCount: null,
    output: readFirst(config, "text", ["hub_model_id", "output_dir"]),
    datasets: [
      ...namedDatasets(config, ["datasets"], ["path"]),
      ...namedDatasets(config, ["pretraining_dataset"], ["path"]),
    ],
    removesDuplicates: isSet(config, "dataset_exact_deduplication"),
    heldOut: heldOut(config),
  };
}

function heldOut(config: ConfigFile): TrainingConfig["heldOut"] {
  if (namedDatasets(config, ["test_datasets"], ["path"]).length > 0) {
    return { kind: "set", place: placeOf(config, ["test_datasets"]), says: "a test dataset is named" };
  }
  const share = readFirst(config, "number", ["val_set_size"]);
  if (share !== null && share.value > 0) {
    return { kind: "cut-from-training", place: share.place, says: `val_set_size is ${share.value}` };
  }
  const place = share?.place ?? `${config.file}, val_set_size (not set)`;
  return { kind: "nothing", place, says: `val_set_size is ${share?.value ?? "not set"}` };
}
