import type { ChatMessage } from "../../domain/canonical-row.ts";
import { defined, isObject, parsed, without } from "./json-value.ts";
import type { Style } from "./row-format.ts";
import { readCall, type CallStyle, writeCall } from "./tool-calls.ts";

/** Fields that may contain the assistant's thinking. */
const THINKING = ["thinking", "reasoning_content", "reasoning"] as const;

/** Fields that may contain a weight; in Axolotl's `train`, it is true or false. */
const WEIGHTS = ["weight", "train"];

/** Fields that tables have in every message; there, null has no meaning. */
const NULLABLE = [...THINKING, ...WEIGHTS, "tool_calls", "function_call", "tool_call_id", "name"];

/** Default weight of a message in the loss. */
export function usualWeight(role: string): number {
  return role === "assistant" ? 1 : 0;
}

/** The weight to write: present if the row states every weight or if it is not the default. */
export function statedWeight({ role, weight }: ChatMessage, style: Style): number | undefined {
  return weight !== undefined && (style["weight"] === "stated" || weight !== usualWeight(role)) ? weight : undefined;
}

/** True for a value that `readMessages` accepts: a list of objects with a role, or the JSON text of such a list. */
export function isMessageList(value: unknown): boolean {
  const list = listOf(value);
  return (
    list !== undefined &&
    list.length > 0 &&
    list.every((element) => isObject(element) && typeof element["role"] === "string")
  );
}

/** A list, also if it is given as JSON text (a cell of a CSV file). */
export function listOf(value: unknown): readonly unknown[] | undefined {
  const list = typeof value === "string" && value.trimStart().startsWith("[") ? parsed(value) : value;
  return Array.isArray(list) ? list : undefined;
}

/**
 * Reads messages of the chat API: OpenAI (arguments of calls as text, `weight`), TRL (arguments as values, `thinking`),
 * ChatML, DeepSeek and Together (`reasoning_content`, `reasoning`).
 *
 * @returns messages with their common style, or the reason why they cannot be read
 */
export function readMessages(value: unknown): { messages: ChatMessage[]; style: Style } | string {
  const list = listOf(value);
  if (list === undefined) return "it is not a list of messages";
  const messages: ChatMessage[] = [];
  let style: Record<string, string> = typeof value === "string" ? { messages: "text" } : {};
  for (const [index, item] of list.entries()) {
    const read = readMessage(item);
    if (typeof read === "string") return `message ${index + 1}: ${read}`;
    messages.push(read.message);
    style = { ...style, ...read.style };
  }
  return { messages, style };
}

function readMessage(item: unknown): { message: ChatMessage; style: Style } | string {
  if (!isObject(item)) return "it is not an object";
  const { role, content } = item;
  if (typeof role !== "string") return "it has no role";
  if (!isContent(content)) return "its content is neither text nor a list of parts";
  const thinking = THINKING.find((name) => typeof item[name] === "string");
  const calls = Array.isArray(item["tool_calls"]) ? item["tool_calls"].map(readCall) : undefined;
  const legacy = calls === undefined && isObject(item["function_call"]) ? readCall(item["function_call"]) : undefined;
  const texts = { tool_call_id: textIn(item, "tool_call_id"), name: textIn(item, "name") };
  const weight = WEIGHTS.find((name) => typeof item[name] === (name === "train" ? "boolean" : "number"));
  const taken = [
    "role",
    "content",
    ...(thinking === undefined ? [] : [thinking]),
    ...(calls === undefined ? [] : ["tool_calls"]),
    ...(legacy === undefined ? [] : ["function_call"]),
    ...Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [name])),
    ...(weight === undefined ? [] : [weight]),
    ...NULLABLE.filter((name) => item[name] === null),
  ];
  const beside = without(item, taken);
  const all = calls ?? (legacy === undefined ? undefined : [legacy]);
  const message = defined({
    role,
    content: content ?? undefined,
    thinking: thinking === undefined ? undefined : (item[thinking] as string),
    tool_calls: all?.map(({ call }) => call),
    ...texts,
    weight: weight === undefined ? undefined : Number(item[weight]),
    beside: Object.keys(beside).length === 0 ? undefined : beside,
  }) as ChatMessage;
  const first = all?.[0]?.style;
  const style = defined({
    thinking: thinking === undefined || thinking === "thinking" ? undefined : thinking,
    args: first?.args,
    calls: legacy === undefined ? (first?.shape === "bare" ? "bare" : undefined) : "function_call",
    weight: weight === undefined ? undefined : "stated",
    weightName: weight === "train" ? weight : undefined,
  }) as Style;
  return { message, style };
}

function isContent(content: unknown): content is string | Record<string, unknown>[] | null | undefined {
  return (
    content === undefined ||
    content === null ||
    typeof content === "string" ||
    (Array.isArray(content) && content.every(isObject))
  );
}

function textIn(item: Readonly<Record<string, unknown>>, name: string): string | undefined {
  return typeof item[name] === "string" ? item[name] : undefined;
}

/** Writes messages of the chat API: the reverse of `readMessages`. */
export function writeMessages(messages: readonly ChatMessage[], style: Style): unknown {
  const list = messages.map((message) => writeMessage(message, style));
  return style["messages"] === "text" ? JSON.stringify(list) : list;
}

function writeMessage(message: ChatMessage, style: Style): Record<string, unknown> {
  const { role, thinking, tool_calls: calls } = message;
  const how: CallStyle = {
    args: style["args"] === "text" ? "text" : "value",
    shape: style["calls"] === undefined ? "function" : "bare",
  };
  const written = calls?.map((call) => writeCall(call, how));
  const isLegacy = style["calls"] === "function_call" && written?.length === 1;
  return defined({
    role,
    [style["thinking"] ?? "thinking"]: style["thinking"] === "none" ? undefined : thinking,
    content: contentText(message),
    tool_calls: isLegacy ? undefined : written,
    function_call: isLegacy ? written[0] : undefined,
    tool_call_id: message.tool_call_id,
    name: message.name,
    ...writtenWeight(message, style),
    ...message.beside,
  });
}

/** The weight under the name of its field; a boolean can only express 0 and 1. */
function writtenWeight(message: ChatMessage, style: Style): Record<string, unknown> {
  const weight = style["weight"] === "none" ? undefined : statedWeight(message, style);
  if (weight === undefined) return {};
  if (style["weightName"] !== "train") return { weight };
  return weight === 0 || weight === 1 ? { train: weight === 1 } : {};
}

/** The content with the second text appended. */
function contentText(message: ChatMessage): ChatMessage["content"] {
  return message.input === undefined || typeof message.content !== "string"
    ? message.content
    : joined(message.content, message.input);
}

/**
 * All text of a message, for formats that support only text: its parts and the second text, joined by line breaks.
 *
 * @returns undefined if a part is not text
 */
export function plainText(message: ChatMessage): string | undefined {
  const { content = "", input } = message;
  if (typeof content === "string") return input === undefined ? content : joined(content, input);
  const texts = content.map((part) =>
    part["type"] === "text" && typeof part["text"] === "string" ? part["text"] : undefined,
  );
  return texts.includes(undefined) ? undefined : texts.join("\n");
}

function joined(...texts: string[]): string {
  return texts.filter((text) => text !== "").join("\n");
}
