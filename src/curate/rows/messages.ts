/** A message of a dialogue: its speaker, all its text, and whether it is trained on. */
export type Message = { role: string; text: string; isAnswer: boolean };

/** Format of the messages of a row. */
export type MessageStyle = "chat" | "sharegpt";

const ANSWER_ROLES: ReadonlySet<string> = new Set(["assistant", "gpt", "model", "bot", "chatbot", "function_call"]);

/** True for a speaker whose messages are trained on. */
export function isAnswerRole(role: string): boolean {
  return ANSWER_ROLES.has(role);
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a list of messages: OpenAI and ChatML (`role`, `content`), ShareGPT (`from`, `value`), pairs (`human`,
 * `assistant`). A list as JSON text, as in a CSV cell, is also read.
 *
 * @returns messages, with undefined for an entry that is not a message; `messages` is undefined if the value is not a
 * list
 */
export function messagesOf(value: unknown): { style: MessageStyle; messages: (Message | undefined)[] | undefined } {
  const list = typeof value === "string" && value.trimStart().startsWith("[") ? fromJson(value) : value;
  if (!Array.isArray(list)) return { style: "chat", messages: undefined };
  let style: MessageStyle = "chat";
  const messages = list.flatMap((item: unknown): (Message | undefined)[] => {
    if (item === null || typeof item !== "object") return [undefined];
    const fields = item as Fields;
    if ("from" in fields || ("human" in fields && "assistant" in fields)) style = "sharegpt";
    if ("human" in fields && "assistant" in fields) {
      return [message("human", [fields["human"]]), message("assistant", [fields["assistant"]])];
    }
    return "from" in fields
      ? [message(fields["from"], [fields["value"]])]
      : [message(fields["role"], contentOf(fields))];
  });
  return { style, messages };
}

/** Reason why a dialogue cannot be trained on; undefined if it can. Messages are numbered from 1. */
export function messageProblem(
  messages: readonly (Message | undefined)[],
): { finding: "missing-field" | "empty"; detail: string } | undefined {
  const broken = messages.indexOf(undefined);
  if (broken !== -1) {
    return { finding: "missing-field", detail: `message ${broken + 1} has no role or no content` };
  }
  if (messages.every((message) => message!.text.trim() === ""))
    return { finding: "empty", detail: "all messages are blank" };
  const answers = messages.filter((message) => message!.isAnswer);
  if (answers.length === 0) return { finding: "missing-field", detail: "there is no assistant message" };
  return answers.every((answer) => answer!.text.trim() === "")
    ? { finding: "missing-field", detail: "the assistant's messages are blank" }
    : undefined;
}

/**
 * The text of a value: a string, a number, a message, a list of messages or of content parts.
 *
 * @returns undefined if the value contains no text
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    const parts = value.map(textOf).filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : parts.join("\n");
  }
  if (value === null || typeof value !== "object") return undefined;
  const fields = value as Fields;
  for (const name of ["content", "value", "text", "messages"]) {
    if (fields[name] !== undefined && fields[name] !== null) return textOf(fields[name]);
  }
  return undefined;
}

/** All trained text of a message: thinking, content, tool calls. */
function contentOf(fields: Fields): unknown[] {
  const calls = fields["tool_calls"] ?? fields["function_call"];
  return [
    fields["thinking"] ?? fields["reasoning_content"],
    fields["content"],
    calls === undefined || calls === null ? undefined : JSON.stringify(calls),
  ];
}

function message(role: unknown, parts: readonly unknown[]): Message | undefined {
  if (typeof role !== "string" || role === "") return undefined;
  const texts = parts.map(textOf).filter((part) => part !== undefined);
  return texts.length === 0 ? undefined : { role, text: texts.join("\n"), isAnswer: isAnswerRole(role) };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
