import { isMessageList, readMessages, writeMessages } from "../chat-message.ts";
import { defined, isObject } from "../json-value.ts";
import { asDialogue } from "../plain-turns.ts";
import { type Content, type Fields, unsupportedKind, type RowFormat } from "../row-format.ts";
import { readTools, writeTools } from "../tool-calls.ts";

const NAMES = ["messages", "conversations", "conversation"];

/**
 * Messages of the chat API: `{messages: [{role, content}], tools}`. OpenAI writes arguments of calls as JSON text and
 * has `weight`; TRL writes them as values and has `thinking`.
 *
 * @source OpenAI, FineTuneChatRequestInput of its OpenAPI description; TRL, Dataset formats and types, "Tool Calling"
 *   and "Harmony" (huggingface.co/docs/trl/dataset_formats); both read 2026-11
 */
export const messagesFormat: RowFormat = {
  name: "messages",
  detect: (row) => {
    const name = nameIn(row);
    if (name === undefined) return undefined;
    const reasons = [`"${name}" is a list with "role" in each`];
    if (hasValueParts(row[name]))
      return { score: 0.3, reasons: [...reasons, 'parts of content have "value", not "text"'] };
    if (isObject(row["chosen"]) && isObject(row["rejected"])) {
      return { score: 0.5, reasons: [...reasons, '"chosen" and "rejected" next to it suggest a preference pair'] };
    }
    return { score: name === "messages" ? 0.95 : 0.85, reasons };
  },
  read: (row) => {
    const name = nameIn(row);
    if (name === undefined) return 'there are no "messages" with roles';
    const read = readMessages(row[name]);
    if (typeof read === "string") return `"${name}": ${read}`;
    const { tools, style } = readTools(row["tools"]);
    return {
      content: defined({ kind: "chat", messages: read.messages, tools }) as Content,
      style: defined({ ...read.style, ...style, field: name === "messages" ? undefined : name }),
      used: tools === undefined ? [name] : [name, "tools"],
    };
  },
  write: (content, style) => {
    const messages = asDialogue(content);
    if (messages === undefined) return unsupportedKind(content, "messages");
    return defined({
      [style["field"] ?? "messages"]: writeMessages(messages, style),
      tools: writeTools(content.tools, style),
    });
  },
};

function nameIn(row: Fields): string | undefined {
  return NAMES.find((name) => isMessageList(row[name]));
}

function hasValueParts(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.some(
      (element) =>
        isObject(element) &&
        Array.isArray(element["content"]) &&
        element["content"].some((part) => isObject(part) && typeof part["value"] === "string"),
    )
  );
}
