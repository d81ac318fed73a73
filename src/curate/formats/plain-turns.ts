import type { ChatMessage, Turns } from "../../domain/canonical-row.ts";
import { plainText } from "./chat-message.ts";
import type { Content, UnsupportedRow } from "./row-format.ts";

/** A dialogue of texts: a system prompt, questions with answers, and the last question. */
export type PlainTurns = {
  system: string | undefined;
  history: [question: string, answer: string][];
  last: ChatMessage;
};

/** A text as a user message, or the messages unchanged. */
export function asMessages(turns: Turns, role: "user" | "assistant"): ChatMessage[] {
  return typeof turns === "string" ? [{ role, content: turns }] : turns;
}

/** Content of a row as messages; a prompt and a completion of plain text become one turn each. Undefined for others. */
export function asDialogue(content: Content): ChatMessage[] | undefined {
  if (content.kind === "chat") return content.messages;
  if (content.kind !== "completion") return undefined;
  return [...asMessages(content.prompt, "user"), ...asMessages(content.completion, "assistant")];
}

/** Splits the messages before the answer, for formats whose rows are questions and answers. */
export function plainTurns(messages: readonly ChatMessage[]): PlainTurns | UnsupportedRow {
  const first = messages[0]?.role === "system" ? 1 : 0;
  const turns = messages.slice(first);
  if (turns.length % 2 === 0)
    return { unsupported: "roles", detail: "the messages before the answer do not end with the user" };
  const history: [string, string][] = [];
  for (const [index, { role }] of turns.entries()) {
    if (role !== (index % 2 === 0 ? "user" : "assistant")) {
      return {
        unsupported: "roles",
        detail: `message ${first + index + 1} is of "${role}": user and assistant must alternate`,
      };
    }
  }
  for (let index = 0; index + 1 < turns.length; index += 2) {
    const [question, answer] = [plainText(turns[index]!), plainText(turns[index + 1]!)];
    if (question === undefined || answer === undefined) return NO_TEXT;
    history.push([question, answer]);
  }
  const last = turns.at(-1)!;
  if (plainText(last) === undefined) return NO_TEXT;
  const system = first === 1 ? plainText(messages[0]!) : undefined;
  return { system, history, last };
}

/** Reason why a message that contains more than text cannot be written. */
export const NO_TEXT: UnsupportedRow = { unsupported: "parts", detail: "a message has parts that are not text" };

/** The text of the one message of an answer. */
export function answerText(turns: Turns): string | UnsupportedRow {
  if (typeof turns === "string") return turns;
  if (turns.length !== 1 || turns[0]!.role !== "assistant") {
    return { unsupported: "roles", detail: "the answer is not a single assistant message" };
  }
  return plainText(turns[0]!) ?? NO_TEXT;
}
