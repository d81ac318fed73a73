import type { RowFields } from "../../domain/dataset-profile.ts";
import { messagesOf } from "../rows/messages.ts";
import { rowText } from "../rows/row-text.ts";
import { toolCallProblem } from "./tool-calls.ts";

/** Prompts and answers of a row; for a preference pair, the chosen answer; for plain text, everything is an answer. */
export type RowTurns = {
  prompts: string[];
  answers: string[];
  pieces: string[];
  isPlain: boolean;
  /** True if the last message is not from a user. */
  isAnswered: boolean;
  /** Error in a tool call. */
  callProblem?: string | undefined;
};

/** Splits a row into turns, or returns the reason why it cannot be trained on. */
export function rowTurns(
  fields: Readonly<Record<string, unknown>>,
  named: RowFields | undefined,
): RowTurns | { problem: { finding: string; detail: string } } {
  const text = rowText(fields, named);
  if (text.problem !== undefined) {
    const asked = text.problem.finding === "missing-field" ? dialogueTurns(fields) : undefined;
    return asked ?? { problem: text.problem };
  }
  const { pieces, format } = text;
  if (format === "chat" || format === "sharegpt")
    return dialogueTurns(fields) ?? { prompts: [], answers: pieces, pieces, isPlain: true, isAnswered: true };
  if (format === "preference")
    return { prompts: pieces.slice(0, -2), answers: pieces.slice(-2, -1), pieces, isPlain: false, isAnswered: true };
  if (format === "prompt") return { prompts: pieces, answers: [], pieces, isPlain: false, isAnswered: true };
  if (format === "text" || pieces.length < 2)
    return { prompts: [], answers: pieces, pieces, isPlain: true, isAnswered: true };
  return { prompts: pieces.slice(0, -1), answers: pieces.slice(-1), pieces, isPlain: false, isAnswered: true };
}

function dialogueTurns(fields: Readonly<Record<string, unknown>>): RowTurns | undefined {
  for (const [name, value] of Object.entries(fields)) {
    if (!["messages", "conversations", "conversation"].includes(name.toLowerCase())) continue;
    const messages = (messagesOf(value).messages ?? []).filter((message) => message !== undefined);
    if (messages.length === 0) return undefined;
    const isUser = (role: string): boolean => role === "user" || role === "human";
    return {
      prompts: messages.filter(({ role }) => isUser(role)).map(({ text }) => text),
      answers: messages.filter(({ isAnswer, role }) => isAnswer && role !== "function_call").map(({ text }) => text),
      pieces: messages.map(({ text }) => text),
      isPlain: false,
      isAnswered: !isUser(messages.at(-1)!.role),
      callProblem: toolCallProblem(value),
    };
  }
  return undefined;
}
