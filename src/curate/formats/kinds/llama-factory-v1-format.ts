import type { ChatMessage } from "../../../domain/canonical-row.ts";
import { usualWeight } from "../chat-message.ts";
import { defined, isObject, jsonStyle, jsonText, type JsonStyle, parsed, without } from "../json-value.ts";
import { asDialogue, asMessages } from "../plain-turns.ts";
import { commonStart } from "./preference-format.ts";
import {
  type Content,
  type Fields,
  type ReadRow,
  type UnsupportedRow,
  unsupportedKind,
  type RowFormat,
  type Style,
} from "../row-format.ts";
import { notCompact, readCall, readTools, writeCall, writeTools } from "../tool-calls.ts";

/** Parts that name a file. The chat API uses the same names, for an object with the address. */
const FILES = ["image_url", "video_url", "audio_url"];

/**
 * LLaMA-Factory's own form since v1: `{messages: [{role, content: [{type, value}], loss_weight}], tools}`, parts of the
 * types text, reasoning, tool_call (JSON text), image_url, video_url, audio_url; a preference pair as `chosen_messages`
 * and `rejected_messages`.
 *
 * @source LLaMA-Factory, src/llamafactory/v1/utils/types.py and v1/plugins/data_plugins/converter.py, read 2026-11
 */
export const llamaFactoryV1Format: RowFormat = {
  name: "llama-factory-v1",
  detect: (row) => {
    const reasons = ['content is a list of parts with "type" and "value"'];
    if (isList(row["chosen_messages"]) && isList(row["rejected_messages"])) {
      return { score: 1, reasons: ['"chosen_messages" and "rejected_messages" are present', ...reasons] };
    }
    return isList(row["messages"]) ? { score: 1, reasons } : undefined;
  },
  read,
  write,
};

function isList(value: unknown): value is Fields[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (element) =>
        isObject(element) &&
        typeof element["role"] === "string" &&
        Array.isArray(element["content"]) &&
        element["content"].every(
          (part) => isObject(part) && typeof part["type"] === "string" && typeof part["value"] === "string",
        ),
    )
  );
}

function read(row: Fields): ReadRow | string {
  const { tools, style } = readTools(row["tools"]);
  const also = tools === undefined ? [] : ["tools"];
  if (isList(row["messages"])) {
    const json = callJson(row["messages"]);
    return {
      content: defined({ kind: "chat", messages: row["messages"].map(readMessage), tools }) as unknown as Content,
      style: defined({ json, ...style }),
      used: ["messages", ...also],
    };
  }
  const [good, bad] = [row["chosen_messages"], row["rejected_messages"]];
  if (!isList(good) || !isList(bad)) return "there are no messages whose content is a list of parts";
  const split = commonStart(good.map(readMessage), bad.map(readMessage));
  return {
    content: defined({ kind: "preference", ...split, tools }) as unknown as Content,
    style: defined({ json: callJson([...good, ...bad]), ...style }),
    used: ["chosen_messages", "rejected_messages", ...also],
  };
}

function readMessage(item: Fields): ChatMessage {
  const parts = item["content"] as Fields[];
  const ofType = (type: string): string[] =>
    parts.filter((part) => part["type"] === type).map((part) => part["value"] as string);
  const [texts, thinking, calls] = [ofType("text"), ofType("reasoning"), ofType("tool_call")];
  const rest = parts.filter((part) => !["reasoning", "tool_call"].includes(part["type"] as string));
  const isText = rest.length === texts.length && texts.length <= 1;
  const beside = without(item, ["role", "content", "loss_weight"]);
  return defined({
    role: item["role"],
    content: isText ? texts[0] : rest.map(readPart),
    thinking: thinking.length === 0 ? undefined : thinking.join("\n"),
    tool_calls: calls.length === 0 ? undefined : calls.map((text) => readCall(parsed(text) ?? text).call),
    weight: typeof item["loss_weight"] === "number" ? item["loss_weight"] : undefined,
    beside: Object.keys(beside).length === 0 ? undefined : beside,
  }) as unknown as ChatMessage;
}

function readPart({ type, value, ...beside }: Fields): Record<string, unknown> {
  const name = type as string;
  return FILES.includes(name) ? { type, [name]: { url: value }, ...beside } : { type, [name]: value, ...beside };
}

/** Layout of the first call's JSON if it is not the usual one. */
function callJson(messages: readonly Fields[]): JsonStyle | undefined {
  const first = messages
    .flatMap((message) => message["content"] as Fields[])
    .find((part) => part["type"] === "tool_call");
  return first === undefined
    ? undefined
    : notCompact(jsonStyle(parsed(first["value"] as string), first["value"] as string));
}

function write(content: Content, style: Style): Fields | UnsupportedRow {
  const tools = writeTools(content.tools, { toolShape: "bare", tools: "text", ...style });
  const messages = asDialogue(content);
  if (messages !== undefined) {
    const parts =
      content.kind === "completion" ? masked(messages, asMessages(content.completion, "assistant").length) : messages;
    return defined({ messages: parts.map((part) => writeMessage(part, style)), tools });
  }
  if (content.kind !== "preference" || content.prompt === undefined)
    return unsupportedKind(content, "llama-factory-v1");
  const before = asMessages(content.prompt, "user");
  const [good, bad] = [content.chosen, content.rejected].map((text) =>
    [...before, ...asMessages(text, "assistant")].map((message) => writeMessage(message, style)),
  );
  return defined({ chosen_messages: good, rejected_messages: bad, tools });
}

/** Marks the answers inside the prompt as not trained, which this format can express. */
function masked(messages: readonly ChatMessage[], last: number): ChatMessage[] {
  return messages.map((message, index) => (index < messages.length - last ? { weight: 0, ...message } : message));
}

function writeMessage(message: ChatMessage, style: Style): Fields {
  const { role, content, input, thinking, tool_calls: calls, weight, beside } = message;
  const json = (style["json"] as JsonStyle | undefined) ?? "compact";
  const texts =
    typeof content === "string"
      ? [[content, input].filter((part) => part !== undefined && part !== "").join("\n")]
      : [];
  return defined({
    role,
    content: [
      ...(thinking === undefined ? [] : [{ type: "reasoning", value: thinking }]),
      ...texts.map((value) => ({ type: "text", value })),
      ...(Array.isArray(content) ? content.map(writePart) : []),
      ...(calls ?? []).map((call) => ({
        type: "tool_call",
        value: callText(writeCall(call, { args: "value", shape: "bare" }), json),
      })),
    ],
    loss_weight: weight ?? usualWeight(role),
    ...beside,
  });
}

function callText(value: unknown, json: JsonStyle): string {
  return typeof value === "string" ? value : jsonText(value, json);
}

function writePart(part: Record<string, unknown>): Record<string, unknown> {
  const type = String(part["type"]);
  const { [type]: value, type: _type, ...beside } = part;
  return { type, value: isObject(value) && typeof value["url"] === "string" ? value["url"] : value, ...beside };
}
