import type { DatasetFormat } from "../../domain/canonical-row.ts";
import type { ExportTrainer } from "../../domain/data-export.ts";
import { alternates, axolotlPairs, openaiRoles, promptEndsRight, startsRight } from "./unsupported-rows.ts";
import type { Content, UnsupportedRow, Style } from "./row-format.ts";

/** Data requirements of a trainer or a service. */
export type ExportTarget = {
  /** The format for each kind of row; a kind that is not listed cannot be written. */
  formats: Partial<Record<Content["kind"], DatasetFormat>>;
  /** Formats for plain-text prompts and answers. */
  plain?: Partial<Record<Content["kind"], DatasetFormat>>;
  /**
   * The format for rows that have a second text in a message, as in Alpaca, and for all rows that were read in that
   * format, so that they form one dataset.
   */
  withInput?: DatasetFormat;
  style: Style;
  /** Whether unknown fields are omitted, because the trainer rejects them or would take the row for another format. */
  bare: boolean;
  /** Exceptions to the omitted fields. */
  keeps?: readonly string[];
  /** Reserved names: an additional field with such a name is omitted. */
  reserved?: readonly string[];
  /** Whether each tool call and answer needs an id: missing ones are generated. */
  needsCallIds?: boolean;
  /** The part of a pair that the trainer reads, if that is only the text of each message. */
  pairs?: "text";
  /** Finds rows that the trainer does not support although the format can represent them. */
  findUnsupported?: (content: Content) => UnsupportedRow | undefined;
  /** Weights that the trainer supports; others are lost parts. */
  weights?: "none" | "zero-or-one";
};

/** Columns known to TRL and programs based on it: each of them determines the format of a row. */
const COLUMNS = [
  "text",
  "messages",
  "conversations",
  "prompt",
  "completion",
  "chosen",
  "rejected",
  "label",
  "completions",
  "labels",
  "tools",
  "images",
  "image",
  "chat_template_kwargs",
  "input_ids",
  "attention_mask",
  "completion_mask",
  "assistant_masks",
  "seq_lengths",
];

/** Each trainer with its documented data requirements. */
export const EXPORT_TARGETS: Readonly<Record<ExportTrainer, ExportTarget>> = {
  /**
   * TRL: arguments of calls as values, `thinking` next to the content, tools as a list (since datasets 4.7). It has no
   * weights: the trained part is set for the run (`assistant_only_loss`) or by the form of the row (in a prompt with a
   * completion, only the completion is trained). Any of its columns makes a row a dialogue, so additional fields must
   * not have the name of a column.
   *
   * @source huggingface.co/docs/trl/dataset_formats and /sft_trainer; trl 1.16.0, data_utils.py; read 2026-11
   */
  trl: {
    formats: {
      text: "text",
      prompt: "prompt",
      completion: "prompt-completion",
      chat: "messages",
      preference: "preference",
      label: "kto",
      candidates: "candidates",
    },
    style: { args: "value", weight: "none" },
    bare: false,
    reserved: COLUMNS,
    findUnsupported: promptEndsRight,
    weights: "none",
  },
  /**
   * Axolotl: `chat_template` rows with `train` in messages and `reasoning_content`; a plain-text prompt and completion
   * as segments (`input_output`); pairs as `chat_template.default`, which reads only role and content; labels next to
   * plain text (`user_defined`).
   *
   * @source docs.axolotl.ai/docs/dataset-formats/conversation.html, template_free.html; docs/rlhf.qmd; axolotl 0.19.0,
   * prompt_strategies/; read 2026-11
   */
  axolotl: {
    formats: { text: "text", completion: "messages", chat: "messages", preference: "preference" },
    plain: { completion: "segments", label: "kto" },
    style: { args: "value", thinking: "reasoning_content", weightName: "train", rows: "messages" },
    bare: false,
    reserved: COLUMNS,
    pairs: "text",
    findUnsupported: axolotlPairs,
    weights: "zero-or-one",
  },
  /**
   * LLaMA-Factory: ShareGPT with its roles, `tools` as JSON text; Alpaca for plain text and for rows read from Alpaca;
   * a KTO tag. Its loader skips a row in which the user (or a tool) and the assistant do not take turns.
   *
   * @source LLaMA-Factory, data/README.md and src/llamafactory/data/converter.py of 0.9.5, read 2026-11
   */
  "llama-factory": {
    formats: { text: "text", completion: "sharegpt", chat: "sharegpt", preference: "sharegpt", label: "sharegpt" },
    plain: { completion: "alpaca", preference: "alpaca", label: "alpaca" },
    withInput: "alpaca",
    style: {},
    bare: false,
    findUnsupported: alternates,
    weights: "none",
  },
  /**
   * OpenAI: messages with arguments of calls as JSON text, `weight` 0 or 1 on messages of the assistant; pairs with one
   * message of the assistant on each side. Calls and answers of tools have ids. Thinking is not supported; other fields
   * are omitted.
   *
   * @source OpenAI, FineTuneChatRequestInput and FineTunePreferenceRequestInput of its OpenAPI description 2.3.0, read
   * 2026-11
   */
  openai: {
    formats: { completion: "messages", chat: "messages", preference: "openai-preference" },
    style: { args: "text", thinking: "none" },
    bare: true,
    keeps: ["parallel_tool_calls"],
    findUnsupported: openaiRoles,
    needsCallIds: true,
    weights: "zero-or-one",
  },
  /**
   * Together: like OpenAI, with `reasoning`, and in addition prompt and completion, or text. A file whose rows have the
   * fields of two formats is rejected, so other fields are omitted.
   *
   * @source docs.together.ai/docs/fine-tuning/data-preparation, function-calling, reasoning; read 2026-11
   */
  together: {
    formats: { text: "text", completion: "messages", chat: "messages", preference: "openai-preference" },
    plain: { completion: "prompt-completion" },
    style: { args: "text", thinking: "reasoning" },
    bare: true,
    needsCallIds: true,
    findUnsupported: startsRight,
    weights: "zero-or-one",
  },
};
