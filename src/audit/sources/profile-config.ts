import type { TrainingConfig } from "../../domain/audit-import.ts";
import { type ConfigFile, isSet, readFirst } from "./read-keys.ts";

/** Keys of a base model in files of hardware profiles. */
const MODEL_KEYS = ["model_name", "model_name_or_path", "base_model"];

/**
 * Profiles of an INI file that describe one training for several machines: sections with a model, a rank and a batch.
 * The first one that names a model is read; profiles are alternatives, so they never count as a sweep.
 *
 * @returns null if no section names a model
 */
export function profileConfig(text: string, file: string): TrainingConfig | null {
  const sections = iniSections(text);
  const first = sections.find(({ values }) => MODEL_KEYS.some((key) => key in values));
  if (first === undefined) return null;
  const config: ConfigFile = {
    file,
    values: first.values,
    lineOf: ([key]) => first.lines[String(key)] ?? first.line,
  };
  const rank = readFirst(config, "number", ["lora_rank", "lora_r"]);
  const dataset = readFirst(config, "text", ["dataset_path", "dataset"]);
  return {
    file,
    library: "profile",
    base: readFirst(config, "text", MODEL_KEYS),
    weights: rank === null ? null : { value: isSet(config, "load_in_4bit") ? "qlora" : "lora", place: rank.place },
    objective: null,
    loraRank: rank,
    epochs: readFirst(config, "number", ["num_epochs", "num_train_epochs"]),
    sequenceTokens: readFirst(config, "number", ["max_seq_length", "max_length"]),
    batchSequences: readFirst(config, "number", ["batch_size", "per_device_train_batch_size"]),
    accumulation: readFirst(config, "number", ["gradient_accumulation_steps"]),
    packing: readFirst(config, "flag", ["packing"]),
    gpuCount: null,
    output: readFirst(config, "text", ["output_dir"]),
    datasets: dataset === null ? [] : [{ name: dataset.value, split: null, place: dataset.place }],
    removesDuplicates: false,
    heldOut: heldOut(config, sections.length),
  };
}

function heldOut(config: ConfigFile, sections: number): TrainingConfig["heldOut"] {
  const evaluation = readFirst(config, "text", ["eval_dataset", "eval_dataset_path", "test_path"]);
  if (evaluation !== null) return { kind: "set", place: evaluation.place, says: evaluation.value };
  return { kind: "nothing", place: config.file, says: `none of its ${sections} profiles names data to evaluate on` };
}

type IniSection = { line: number; values: Record<string, string>; lines: Record<string, number> };

/** Sections of an INI file with the line of each key. Comments begin with # or ;. */
function iniSections(text: string): IniSection[] {
  const sections: IniSection[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || /^[#;]/.test(line)) continue;
    if (/^\[.+\]$/.test(line)) sections.push({ line: index + 1, values: {}, lines: {} });
    const entry = /^([\w.-]+)\s*=\s*(.*)$/.exec(line);
    const current = sections.at(-1);
    if (entry === null || current === undefined) continue;
    current.values[entry[1]!] = entry[2]!;
    current.lines[entry[1]!] = index + 1;
  }
  return sections;
}
