import type { TrainingConfig } from "../../domain/audit-import.ts";
import { parseYaml } from "../../base/yaml.ts";
import { axolotlConfig } from "./axolotl-config.ts";
import { llamaFactoryConfig } from "./llama-factory-config.ts";
import { profileConfig } from "./profile-config.ts";
import { type ConfigFile, readFirst } from "./read-keys.ts";
import { trlConfig } from "./trl-config.ts";

/**
 * A training configuration of another tool, recognised by keys that only this tool has. JSON is read as YAML, so that
 * line numbers are known.
 *
 * @returns null if the file is not one
 * @throws Failure bad_input if it is not valid YAML
 */
export function trainingConfig(text: string, file: string): TrainingConfig | null {
  if (file.endsWith(".ini") || file.endsWith(".cfg")) return profileConfig(text, file);
  const { value, lineOf } = parseYaml(text, file);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const config: ConfigFile = { file, values: value as Record<string, unknown>, lineOf };
  const has = (...keys: string[]): boolean => keys.some((key) => key in config.values);
  if (has("base_model") && has("datasets", "pretraining_dataset", "micro_batch_size")) return axolotlConfig(config);
  if (!has("model_name_or_path")) return null;
  if (has("finetuning_type", "cutoff_len", "dataset_dir") && has("dataset", "stage")) return llamaFactoryConfig(config);
  const trains = ["per_device_train_batch_size", "num_train_epochs", "max_steps", "dataset_mixture", "dataset_name"];
  return has(...trains) ? trlConfig(config) : null;
}

/** Processes per run in a configuration of Accelerate (`num_processes`); null if the file is not one. */
export function acceleratedProcesses(text: string, file: string): { value: number; place: string } | null {
  const { value, lineOf } = parseYaml(text, file);
  if (value === null || typeof value !== "object" || !("distributed_type" in value)) return null;
  return readFirst({ file, values: value, lineOf }, "number", ["num_processes"]);
}
