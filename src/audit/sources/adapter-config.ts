import type { AdapterConfig } from "../../domain/audit-import.ts";
import { parseYaml } from "../../base/yaml.ts";
import { type ConfigFile, placeOf, readFirst } from "./read-keys.ts";

/**
 * The `adapter_config.json` that PEFT writes next to an adapter. JSON is read as YAML, so that line numbers are known.
 *
 * @returns null if the file is not one of LoRA
 * @throws Failure bad_input if it is not valid
 * @source peft 0.17, LoraConfig
 */
export function adapterConfig(text: string, file: string): AdapterConfig | null {
  const { value, lineOf } = parseYaml(text, file);
  if (value === null || typeof value !== "object" || !("peft_type" in value) || value.peft_type !== "LORA") return null;
  const config: ConfigFile = { file, values: value, lineOf };
  return {
    file,
    base: readFirst(config, "text", ["base_model_name_or_path"]),
    rank: readFirst(config, "number", ["r"]),
    place: placeOf(config, ["peft_type"]),
  };
}
