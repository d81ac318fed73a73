import type { Turns } from "../../../domain/canonical-row.ts";
import { isMessageList, readMessages, writeMessages } from "../chat-message.ts";
import { defined } from "../json-value.ts";
import { unsupportedKind, type RowFormat, type Style } from "../row-format.ts";
import { readTools, writeTools } from "../tool-calls.ts";

/** True for text or a list of messages. */
export function isTurns(value: unknown): boolean {
  return typeof value === "string" || isMessageList(value);
}

/** Reads text or a list of messages. */
export function readTurns(value: unknown): { turns: Turns; style: Style } | string {
  if (typeof value === "string") return { turns: value, style: {} };
  const read = readMessages(value);
  return typeof read === "string" ? read : { turns: read.messages, style: read.style };
}

/** Writes text or a list of messages. */
export function writeTurns(turns: Turns, style: Style): unknown {
  return typeof turns === "string" ? turns : writeMessages(turns, style);
}

/**
 * A prompt without an answer: `{prompt}`, text or messages.
 *
 * @source TRL, Dataset formats and types, "Prompt-only" (huggingface.co/docs/trl/dataset_formats, read 2026-11)
 */
export const promptFormat: RowFormat = {
  name: "prompt",
  detect: (row) => (isTurns(row["prompt"]) ? { score: 0.5, reasons: ['"prompt" is present'] } : undefined),
  read: (row) => {
    const read = readTurns(row["prompt"]);
    if (typeof read === "string") return `"prompt": ${read}`;
    const { tools, style } = readTools(row["tools"]);
    return {
      content: defined({ kind: "prompt", prompt: read.turns, tools }) as { kind: "prompt"; prompt: Turns },
      style: { ...read.style, ...style },
      used: tools === undefined ? ["prompt"] : ["prompt", "tools"],
    };
  },
  write: (content, style) =>
    content.kind === "prompt"
      ? defined({ prompt: writeTurns(content.prompt, style), tools: writeTools(content.tools, style) })
      : unsupportedKind(content, "prompt"),
};
