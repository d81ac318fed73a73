import { existsSync } from "node:fs";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { fileLines } from "../../curate/freeze/frozen-folder.ts";
import type { PreflightCheck, TrainingFile } from "../../domain/training-job.ts";

/** Fields of a row that are conversations where they are lists. */
const CONVERSATIONS = ["messages", "prompt", "completion", "chosen", "rejected"] as const;

/** Files of a model folder that may contain its chat template. @source transformers 5, `PreTrainedTokenizerBase` */
const TEMPLATE_FILES = ["chat_template.jinja", "chat_template.json", "additional_chat_templates"] as const;

/** The first row of a file; undefined if it is not JSON. Datasets of many gigabytes are not read whole. */
export async function firstRow(path: string): Promise<unknown> {
  try {
    for await (const line of fileLines(path)) return JSON.parse(line.toString("utf8")) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return undefined;
}

/**
 * Checks that a model has a chat template if its rows are conversations, because the trainer cannot turn them into text
 * without one. Empty for rows of text, and for LLaMA-Factory, which brings its own templates.
 *
 * @param row  the first row of the dataset
 */
export async function checkTemplate(
  row: unknown,
  { engine }: Pick<TrainingFile, "engine">,
  modelDir: string,
): Promise<PreflightCheck[]> {
  if (engine === "llama-factory" || !isConversation(row)) return [];
  const check = "chat template";
  const file = TEMPLATE_FILES.find((name) => existsSync(join(modelDir, name)));
  if (file !== undefined) return [{ check, ok: true, detail: file, fix: null }];
  if (await isInTokenizerConfig(modelDir)) return [{ check, ok: true, detail: "tokenizer_config.json", fix: null }];
  return [
    {
      check,
      ok: false,
      detail: "the rows are conversations, and the model has no chat template",
      fix: "add chat_template.jinja to the model folder, or write the rows as text",
    },
  ];
}

function isConversation(row: unknown): boolean {
  if (row === null || typeof row !== "object") return false;
  return CONVERSATIONS.some((field) => Array.isArray((row as Record<string, unknown>)[field]));
}

async function isInTokenizerConfig(modelDir: string): Promise<boolean> {
  try {
    const config: unknown = JSON.parse(await readText(join(modelDir, "tokenizer_config.json")));
    return config !== null && typeof config === "object" && "chat_template" in config && Boolean(config.chat_template);
  } catch (error) {
    if (error instanceof Failure || error instanceof SyntaxError) return false;
    throw error;
  }
}
