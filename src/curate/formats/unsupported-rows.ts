import type { ChatMessage, Turns } from "../../domain/canonical-row.ts";
import { isObject } from "./json-value.ts";
import type { Content, UnsupportedRow } from "./row-format.ts";

/**
 * Rows that no trainer accepts: rows with an invalid call, which makes the template or its parser fail and stops the
 * run, and answers without a prompt.
 */
export function unsupportedByAll(content: Content): UnsupportedRow | undefined {
  for (const [index, { tool_calls: calls = [] }] of messagesIn(content).entries()) {
    const broken = calls.find(({ name, arguments: args }) => name === "" || (args !== undefined && !isObject(args)));
    if (broken !== undefined) {
      const what =
        broken.name === "" ? "a call has no function name" : `the arguments of "${broken.name}" are not an object`;
      return { unsupported: "calls", detail: `message ${index + 1}: ${what}` };
    }
  }
  const prompt = "prompt" in content ? content.prompt : undefined;
  return Array.isArray(prompt) && prompt.length === 0
    ? { unsupported: "roles", detail: "no message precedes the answer: two answers have nothing in common" }
    : undefined;
}

/**
 * TRL appends the start of an answer to a prompt, so the last message must be from the user, a tool or the assistant.
 */
export function promptEndsRight(content: Content): UnsupportedRow | undefined {
  const prompt = "prompt" in content ? content.prompt : undefined;
  const last = Array.isArray(prompt) ? prompt.at(-1)?.role : undefined;
  return last === undefined || ["user", "tool", "assistant"].includes(last)
    ? undefined
    : {
        unsupported: "roles",
        detail: `the prompt ends with a message of "${last}": TRL does not accept an answer after that`,
      };
}

const QUESTIONS = ["user", "tool"];
const ANSWERS = ["assistant"];

/**
 * LLaMA-Factory: apart from a system prompt, human and observation must be at odd positions, gpt and function_call at
 * even ones. A dialogue ends with an answer, the prompt of a pair with a question. Other rows are skipped.
 */
export function alternates(content: Content): UnsupportedRow | undefined {
  const messages = dialogueOf(content);
  if (messages === undefined) return undefined;
  const turns = messages.filter(({ role }, index) => index > 0 || role !== "system");
  const parts = turns.flatMap((turn) => (turn.tool_calls !== undefined && hasContent(turn) ? [turn, turn] : [turn]));
  const wrong = parts.findIndex(({ role }, index) => !(index % 2 === 1 ? ANSWERS : QUESTIONS).includes(role));
  if (wrong !== -1) {
    return {
      unsupported: "roles",
      detail: `turn ${wrong + 1} is of "${parts[wrong]!.role}": its loader would skip the row`,
    };
  }
  const isPair = content.kind === "preference";
  if ((parts.length % 2 === 1) === isPair) return undefined;
  const end = isPair ? "the prompt does not end with a question" : "the last turn is an unanswered question";
  return { unsupported: "roles", detail: `${end}: its loader would skip the row` };
}

/** Together: a dialogue must start with the system or the user. */
export function startsRight(content: Content): UnsupportedRow | undefined {
  const first = content.kind === "preference" ? undefined : dialogueOf(content)?.[0]?.role;
  return first === undefined || first === "system" || first === "user"
    ? undefined
    : { unsupported: "roles", detail: `the first message is of "${first}", expected system or user` };
}

const OPENAI_ROLES = ["system", "user", "assistant", "tool", "function"];

/** OpenAI: roles must be those of its documentation, and at least one assistant message must be trained on. */
export function openaiRoles(content: Content): UnsupportedRow | undefined {
  const messages = messagesIn(content);
  const other = messages.findIndex(({ role }) => !OPENAI_ROLES.includes(role));
  if (other !== -1) {
    const detail = `message ${other + 1} is of "${messages[other]!.role}", expected ${OPENAI_ROLES.join(", ")}`;
    return { unsupported: "roles", detail };
  }
  return content.kind === "chat" && !messages.some(({ role }) => role === "assistant")
    ? { unsupported: "roles", detail: "no assistant message" }
    : undefined;
}

const AXOLOTL_PAIR_ROLES = ["system", "user", "assistant", "tool"];

/** Axolotl's pairs: a prompt, four roles, and a non-empty answer. */
export function axolotlPairs(content: Content): UnsupportedRow | undefined {
  if (content.kind !== "preference") return undefined;
  if (content.prompt === undefined)
    return {
      unsupported: "parts",
      detail: "the prompt cannot be separated from the answers: Axolotl expects it as separate messages",
    };
  const other = messagesIn(content).find(({ role }) => !AXOLOTL_PAIR_ROLES.includes(role));
  if (other !== undefined) {
    return {
      unsupported: "roles",
      detail: `a message is of "${other.role}", expected ${AXOLOTL_PAIR_ROLES.join(", ")} in a pair`,
    };
  }
  const isSilent = (answer: Turns): boolean => typeof answer !== "string" && answer.some((entry) => !hasContent(entry));
  return isSilent(content.chosen) || isSilent(content.rejected)
    ? {
        unsupported: "parts",
        detail: "an answer calls a tool without any text: Axolotl reads only the text of a pair",
      }
    : undefined;
}

/** The messages of a dialogue; for a pair, those before the answers. Undefined for plain text. */
function dialogueOf(content: Content): readonly ChatMessage[] | undefined {
  if (content.kind === "chat") return content.messages;
  if (content.kind === "preference") return Array.isArray(content.prompt) ? content.prompt : undefined;
  if (content.kind !== "label" && content.kind !== "completion") return undefined;
  if (typeof content.prompt === "string" || typeof content.completion === "string") return undefined;
  return [...content.prompt, ...content.completion];
}

/** Every message of a row. */
function messagesIn(content: Content): ChatMessage[] {
  const { messages, prompt, completion, chosen, rejected } = content as Record<string, unknown>;
  const completions = content.kind === "candidates" ? content.completions : [];
  return [messages, prompt, completion, chosen, rejected, ...completions].flatMap((completion) =>
    Array.isArray(completion) ? (completion as ChatMessage[]) : [],
  );
}

function hasContent({ content }: ChatMessage): boolean {
  return content !== undefined && content.length > 0;
}
