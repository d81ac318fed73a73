import type { ChatMessage, DatasetFormat } from "../../domain/canonical-row.ts";
import type { ExportTrainer } from "../../domain/data-export.ts";
import type { Content, Refusal, Style } from "./row-format.ts";

/** How a trainer or a service takes rows. */
export type ExportTarget = {
  /** The format for each kind of rows; a kind that is left out cannot be written for it. */
  formats: Partial<Record<Content["kind"], DatasetFormat>>;
  /** Formats in place of those where prompt and answer are plain text. */
  plain?: Partial<Record<Content["kind"], DatasetFormat>>;
  /** The format for rows with a second text in a message, as Alpaca has it. */
  withInput?: DatasetFormat;
  style: Style;
  /** Fields that it does not know are left out: it refuses them, or would read them as another format. */
  bare: boolean;
  /** Each call and each answer of a tool needs an id: those without get one. */
  needsCallIds?: boolean;
  /** What it refuses of a row that the format could hold. */
  refuses?: (content: Content) => Refusal | undefined;
  /** Weights that it takes; others are lost parts. */
  weights?: "none" | "zero-or-one";
};

/** Each trainer with what its documentation says of its data. */
export const EXPORT_TARGETS: Readonly<Record<ExportTrainer, ExportTarget>> = {
  /**
   * TRL: arguments of calls as values, `thinking` beside the content, tools as a list (since datasets 4.7). It knows no
   * weights: what is learnt is set for the run (`assistant_only_loss`, `completion_only_loss`).
   *
   * @source huggingface.co/docs/trl/dataset_formats and /sft_trainer, read 2026-11
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
    weights: "none",
  },
  /**
   * Axolotl: `chat_template` rows with `train` in messages and `reasoning_content`; a prompt and a completion of plain
   * text as segments (`input_output`); pairs as `chat_template.default`; labels beside plain text (`user_defined`).
   *
   * @source docs.axolotl.ai/docs/dataset-formats/conversation.html, template_free.html; docs/rlhf.qmd; read 2026-11
   */
  axolotl: {
    formats: { text: "text", completion: "messages", chat: "messages", preference: "preference" },
    plain: { completion: "segments", label: "kto" },
    style: { args: "value", thinking: "reasoning_content", weightName: "train", rows: "messages" },
    bare: false,
    weights: "zero-or-one",
  },
  /**
   * LLaMA-Factory: ShareGPT with its roles, `tools` as JSON text; Alpaca for plain text and for rows that have its input; a KTO tag. Its loader skips a
   * row in which the user (or a tool) and the assistant do not take turns.
   *
   * @source LLaMA-Factory, data/README.md and src/llamafactory/data/converter.py, read 2026-11
   */
  "llama-factory": {
    formats: { text: "text", completion: "sharegpt", chat: "sharegpt", preference: "sharegpt", label: "sharegpt" },
    plain: { completion: "alpaca", preference: "alpaca", label: "alpaca" },
    withInput: "alpaca",
    style: {},
    bare: false,
    refuses: alternate,
    weights: "none",
  },
  /**
   * OpenAI: messages with arguments of calls as JSON text, `weight` 0 or 1 on messages of the assistant; pairs with one
   * message of the assistant each. Calls and answers of tools have ids. No thinking; other fields are left out.
   *
   * @source OpenAI, FineTuneChatRequestInput and FineTunePreferenceRequestInput of its OpenAPI description 2.3.0, read
   *   2026-11
   */
  openai: {
    formats: { completion: "messages", chat: "messages", preference: "openai-preference" },
    style: { args: "text", thinking: "none" },
    bare: true,
    needsCallIds: true,
    weights: "zero-or-one",
  },
  /**
   * Together: the same as OpenAI with `reasoning`, and prompt and completion or text beside it. A file in which rows have
   * the fields of two formats is rejected: other fields are left out.
   *
   * @source docs.together.ai/docs/fine-tuning/data-preparation, function-calling, reasoning; read 2026-11
   */
  together: {
    formats: { text: "text", completion: "messages", chat: "messages", preference: "openai-preference" },
    plain: { completion: "prompt-completion" },
    style: { args: "text", thinking: "reasoning" },
    bare: true,
    needsCallIds: true,
    refuses: startsRight,
    weights: "zero-or-one",
  },
};

const QUESTIONS = ["user", "tool"];
const ANSWERS = ["assistant"];

/** LLaMA-Factory: human and observation stand at odd places, gpt and function_call at even ones, a system prompt aside. */
function alternate(content: Content): Refusal | undefined {
  const messages = messagesOf(content);
  if (messages === undefined) return undefined;
  const turns = messages.filter(({ role }, index) => index > 0 || role !== "system");
  const parts = turns.flatMap((turn) => (turn.tool_calls !== undefined && hasContent(turn) ? [turn, turn] : [turn]));
  const wrong = parts.findIndex(({ role }, index) => !(index % 2 === 1 ? ANSWERS : QUESTIONS).includes(role));
  if (wrong === -1) return undefined;
  return { refused: "roles", detail: `turn ${wrong + 1} is of "${parts[wrong]!.role}": its loader would skip the row` };
}

/** Together: a dialogue starts with the system or the user. */
function startsRight(content: Content): Refusal | undefined {
  const first = messagesOf(content)?.[0]?.role;
  return first === undefined || first === "system" || first === "user"
    ? undefined
    : { refused: "roles", detail: `the first message is of "${first}", expected system or user` };
}

function messagesOf(content: Content): readonly ChatMessage[] | undefined {
  if (content.kind === "chat") return content.messages;
  if (content.kind !== "label" && content.kind !== "completion") return undefined;
  if (typeof content.prompt === "string" || typeof content.completion === "string") return undefined;
  return [...content.prompt, ...content.completion];
}

function hasContent({ content }: ChatMessage): boolean {
  return content !== undefined && content.length > 0;
}
