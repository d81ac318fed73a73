import { join } from "node:path";

import type { ExportFormat } from "../../domain/data-export.ts";
import type { ExportFile } from "./export-file.ts";

type Described = Pick<ExportFile, "path" | "format" | "use">;

/** Configuration of a trainer for the exported files; null if none is required. */
export function trainerConfig(trainer: ExportFormat, files: readonly Described[], folder: string): string | null {
  if (trainer === "axolotl") return axolotlConfig(files, folder);
  return trainer === "trl" ? trlConfig(files, folder) : null;
}

/** Axolotl's configuration of a file, by the use of its rows. */
const AXOLOTL_TYPES: Readonly<Record<string, readonly string[]>> = {
  "sft messages": ["type: chat_template", "message_field_training: train"],
  "sft segments": ["type: input_output"],
  "text text": ["type: completion"],
  "preference preference": ["type: chat_template.default"],
  "kto kto": ["type: {field_prompt: prompt, field_completion: completion, field_label: label}"],
};

/** The kind of a run; text and dialogues are trained in one run without a kind. */
const AXOLOTL_RUNS: Readonly<Record<string, string>> = { preference: "rl: dpo", kto: "rl: kto" };

/**
 * YAML for Axolotl, one document for each kind of run.
 *
 * @source docs.axolotl.ai/docs/dataset-formats/conversation.html, template_free.html; docs/rlhf.qmd; read 2026-11
 */
function axolotlConfig(files: readonly Described[], folder: string): string {
  const runOf = ({ use }: Described): string => AXOLOTL_RUNS[use] ?? "";
  const documents = [...new Set(files.map(runOf))].map((run) =>
    [
      ...(run === "" ? [] : [run]),
      "datasets:",
      ...files
        .filter((file) => runOf(file) === run)
        .flatMap(({ path, format, use }) => [
          `  - path: ${join(folder, path)}`,
          "    ds_type: json",
          ...(AXOLOTL_TYPES[`${use} ${format}`] ?? []).map((line) => `    ${line}`),
        ]),
    ].join("\n"),
  );
  return documents.join("\n---\n");
}

/** The trainer of TRL for each use, with its required configuration. */
const TRL_TRAINERS: Readonly<Record<string, string>> = {
  text: "SFTTrainer, SFTConfig()",
  "sft messages": "SFTTrainer, SFTConfig(assistant_only_loss=True), otherwise questions are trained on too",
  sft: "SFTTrainer, SFTConfig(), which trains on the completion only",
  prompt: "GRPOTrainer, RLOOTrainer",
  preference: "DPOTrainer, DPOConfig(); RewardTrainer",
  kto: "KTOTrainer, KTOConfig()",
};

/**
 * The trainer of TRL for each file.
 *
 * @source huggingface.co/docs/trl/dataset_formats and /sft_trainer, read 2026-11; verified by runs of trl 1.16.0
 */
function trlConfig(files: readonly Described[], folder: string): string {
  return files
    .flatMap(({ path, format, use }) => {
      const trainer = TRL_TRAINERS[`${use} ${format}`] ?? TRL_TRAINERS[use];
      return trainer === undefined ? [] : [`${join(folder, path)}: ${trainer}`];
    })
    .join("\n");
}
