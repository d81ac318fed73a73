import { join } from "node:path";

import type { ExportFile } from "./export-file.ts";

/** How Axolotl is told of a file, by what its rows are for. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  "sft messages": ["type: chat_template", "message_field_training: train"],
  "sft segments": ["type: input_output"],
  "text text": ["type: completion"],
  "preference preference": ["type: chat_template.default"],
  "kto kto": ["type: {field_prompt: prompt, field_completion: completion, field_label: label}"],
};

/**
 * What the configuration of Axolotl has to say of files, as YAML.
 *
 * @source docs.axolotl.ai/docs/dataset-formats/conversation.html, template_free.html; docs/rlhf.qmd; read 2026-11
 */
export function axolotlConfig(
  files: readonly Pick<ExportFile, "path" | "format" | "use" | "fields">[],
  folder: string,
): string {
  const entries = files.flatMap(({ path, format, use }) => [
    `  - path: ${join(folder, path)}`,
    "    ds_type: json",
    ...(TYPES[`${use} ${format}`] ?? []).map((line) => `    ${line}`),
  ]);
  return ["datasets:", ...entries].join("\n");
}
