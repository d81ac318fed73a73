import { Failure } from "../../base/failure.ts";
import type { Evaluation } from "../../domain/evaluation.ts";
import type { LlmMessage } from "../../llm/index.ts";
import { type EvalItem, fieldValue, textOf } from "../set/eval-item.ts";

const FIELD = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/** A prompt, and the further turns of the user. */
export type FilledPrompt = { prompt: string | LlmMessage[]; later: string[] };

/**
 * A prompt with the fields of an item. Values are inserted unchanged: braces in them are not interpreted. If a text
 * consists of a single field whose value is a list of turns, these turns are inserted, which allows sets of
 * conversations. If the value is a list of texts, they are turns of the user, each asked after the previous one is
 * answered.
 *
 * @throws Failure bad_input if the item lacks a field
 */
export function fillPrompt(prompt: Evaluation["prompt"], item: EvalItem): FilledPrompt {
  const last = typeof prompt === "string" ? prompt : prompt.at(-1)!.content;
  const [first, ...later] = userTurnsIn(last, item) ?? [];
  if (typeof prompt === "string") {
    return { prompt: first ?? turnsIn(prompt, item) ?? filled(prompt, item), later };
  }
  const turns = prompt.flatMap(({ role, content }, index) => {
    if (first !== undefined && index === prompt.length - 1) return { role, content: first };
    return turnsIn(content, item) ?? { role, content: filled(content, item) };
  });
  return { prompt: turns, later };
}

/** A prompt as one text for people, with the answers between the turns. */
export function promptAsText(
  prompt: string | readonly LlmMessage[],
  later: readonly string[] = [],
  answers: readonly string[] = [],
): string {
  if (typeof prompt === "string" && later.length === 0) return prompt;
  return conversation(prompt, later, answers)
    .map(({ role, content }) => `${role}: ${content}`)
    .join("\n\n");
}

/** The turns of a conversation: the prompt, then each further turn after the answer before it, if there is one. */
export function conversation(
  prompt: string | readonly LlmMessage[],
  later: readonly string[],
  answers: readonly string[],
): LlmMessage[] {
  const opening: readonly LlmMessage[] = typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
  return [
    ...opening,
    ...later.flatMap((content, index): LlmMessage[] => {
      const answer = answers[index];
      return [
        ...(answer === undefined ? [] : [{ role: "assistant" as const, content: answer }]),
        { role: "user", content },
      ];
    }),
  ];
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

/** The conversation in a single field: `{{messages}}`. */
function turnsIn(text: string, item: EvalItem): LlmMessage[] | undefined {
  const [, name] = /^\s*\{\{\s*([^{}\s]+)\s*\}\}\s*$/.exec(text) ?? [];
  const value = name === undefined ? undefined : fieldValue(item.row, name);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const turns = value.map(turnOf);
  return turns.every((turn) => turn !== undefined) ? turns : undefined;
}

/** The texts in a single field, as turns of the user: `{{turns}}`. */
function userTurnsIn(text: string, item: EvalItem): string[] | undefined {
  const [, name] = /^\s*\{\{\s*([^{}\s]+)\s*\}\}\s*$/.exec(text) ?? [];
  const value = name === undefined ? undefined : fieldValue(item.row, name);
  return Array.isArray(value) && value.length > 0 && value.every((turn) => typeof turn === "string")
    ? value
    : undefined;
}

function turnOf(value: unknown): LlmMessage | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const { role, content } = value as { role?: unknown; content?: unknown };
  if (typeof content !== "string") return undefined;
  return role === "system" || role === "user" || role === "assistant" ? { role, content } : undefined;
}
