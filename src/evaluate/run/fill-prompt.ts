import { Failure } from "../../base/failure.ts";
import type { Evaluation } from "../../domain/evaluation.ts";
import type { LlmMessage } from "../../llm/index.ts";
import { type EvalItem, fieldValue, textOf } from "../set/eval-item.ts";

const FIELD = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/**
 * A prompt with the fields of an item. A value is put in as it is: braces in it are not read again. A text that is a
 * field alone whose value is a list of turns becomes those turns, which is how a set of conversations is asked.
 *
 * @throws Failure bad_input if the item lacks a field
 */
export function fillPrompt(prompt: Evaluation["prompt"], item: EvalItem): string | LlmMessage[] {
  if (typeof prompt === "string") return turnsIn(prompt, item) ?? filled(prompt, item);
  return prompt.flatMap(({ role, content }) => turnsIn(content, item) ?? { role, content: filled(content, item) });
}

/** A prompt as one text, for people. */
export function promptAsText(prompt: string | readonly LlmMessage[]): string {
  return typeof prompt === "string" ? prompt : prompt.map(({ role, content }) => `${role}: ${content}`).join("\n\n");
}

function filled(text: string, item: EvalItem): string {
  return text.replaceAll(FIELD, (_mark, name: string) => {
    const value = textOf(fieldValue(item.row, name));
    if (value !== undefined) return value;
    throw new Failure("bad_input", `item ${JSON.stringify(item.id)} has no field ${name}, which the prompt uses`, {
      hint: "correct the name in the prompt, or freeze a set in which every item has the field",
    });
  });
}

/** The conversation that a lone field holds: `{{messages}}`. */
function turnsIn(text: string, item: EvalItem): LlmMessage[] | undefined {
  const [, name] = /^\s*\{\{\s*([^{}\s]+)\s*\}\}\s*$/.exec(text) ?? [];
  const value = name === undefined ? undefined : fieldValue(item.row, name);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const turns = value.map(turnOf);
  return turns.every((turn) => turn !== undefined) ? turns : undefined;
}

function turnOf(value: unknown): LlmMessage | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const { role, content } = value as { role?: unknown; content?: unknown };
  if (typeof content !== "string") return undefined;
  return role === "system" || role === "user" || role === "assistant" ? { role, content } : undefined;
}
