import type { ChatMessage } from "../../../domain/canonical-row.ts";
import { listOf, plainText, statedWeight } from "../chat-message.ts";
import { defined, isObject, jsonStyle, jsonText, type JsonStyle, parsed, without } from "../json-value.ts";
import { asDialogue, asMessages, NO_TEXT } from "../plain-turns.ts";
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

const NAMES = ["conversations", "conversation"];

/**
 * Roles of ShareGPT and its relatives, mapped to those of the chat API; the first name of each is the one that is
 * written.
 */
const ROLES: readonly (readonly [role: string, names: readonly string[]])[] = [
  ["system", ["system"]],
  ["user", ["human", "user"]],
  ["assistant", ["gpt", "assistant", "chatgpt", "bing", "bard", "model", "bot"]],
  ["tool", ["observation", "tool", "function_response"]],
];

/** Speaker of a message that calls tools. */
const CALLER = "function_call";

/** The names of the good and the bad answer. */
const LABELS = ["kto_tag", "label"];

/**
 * ShareGPT: `{conversations: [{from, value}], system, tools}`, with the roles of LLaMA-Factory: `function_call`
 * contains the call as JSON text, `observation` the tool's answer, and `tools` the declarations as JSON text. With
 * `chosen` and `rejected` it is a preference pair, with `kto_tag` an answer with a label.
 *
 * @source LLaMA-Factory, data/README.md, "Sharegpt Format"; FastChat, data/dummy_conversation.json; read 2026-11
 */
export const sharegptFormat: RowFormat = {
  name: "sharegpt",
  detect: (row) => {
    const name = nameIn(row);
    if (name === undefined) return undefined;
    const also = ["chosen", "rejected", ...LABELS, "tools", "system"].filter((part) => row[part] !== undefined);
    return {
      score: 1,
      reasons: [
        `"${name}" is a list with "from" and "value" in each`,
        ...also.map((text) => `"${text}" is also present`),
      ],
    };
  },
  read,
  write,
};

function read(row: Fields): ReadRow | string {
  const name = nameIn(row);
  if (name === undefined) return 'there are no "conversations" with "from" and "value"';
  const turns = readTurns(listOf(row[name])!);
  if (typeof turns === "string") return `"${name}": ${turns}`;
  const { tools, style } = readTools(row["tools"]);
  const system = typeof row["system"] === "string" && row["system"] !== "" ? row["system"] : undefined;
  const messages = [...(system === undefined ? [] : [{ role: "system", content: system }]), ...turns.messages];
  const pair =
    isTurn(row["chosen"]) && isTurn(row["rejected"]) ? readTurns([row["chosen"], row["rejected"]]) : undefined;
  if (typeof pair === "string") return `"chosen" and "rejected": ${pair}`;
  const label = LABELS.find((text) => typeof row[text] === "boolean");
  const content =
    pair !== undefined
      ? { kind: "preference", prompt: messages, chosen: [pair.messages[0]], rejected: [pair.messages[1]], tools }
      : label !== undefined && messages.length > 1
        ? { kind: "label", prompt: messages.slice(0, -1), completion: messages.slice(-1), label: row[label], tools }
        : { kind: "chat", messages, tools };
  return {
    content: defined(content) as unknown as Content,
    style: defined({
      ...style,
      json: style.json ?? turns.json ?? pair?.json,
      field: name === "conversations" ? undefined : name,
      messages: typeof row[name] === "string" ? "text" : undefined,
      system: system === undefined ? undefined : "field",
      weight: turns.messages.some(({ weight }) => weight !== undefined) ? "stated" : undefined,
      label: content.kind === "label" && label !== LABELS[0] ? label : undefined,
    }),
    used: [
      name,
      ...(system === undefined ? [] : ["system"]),
      ...(tools === undefined ? [] : ["tools"]),
      ...(pair === undefined ? [] : ["chosen", "rejected"]),
      ...(content.kind === "label" ? [label!] : []),
    ],
  };
}

function nameIn(row: Fields): string | undefined {
  return NAMES.find((name) => {
    const list = listOf(row[name]);
    return list !== undefined && list.length > 0 && list.every(isTurn);
  });
}

function isTurn(value: unknown): value is Fields {
  return isObject(value) && typeof value["from"] === "string" && "value" in value;
}

function readTurns(list: readonly unknown[]): { messages: ChatMessage[]; json: JsonStyle | undefined } | string {
  let json: JsonStyle | undefined;
  const messages: ChatMessage[] = [];
  for (const [index, item] of (list as readonly Fields[]).entries()) {
    const [from, value] = [item["from"] as string, item["value"]];
    if (typeof value !== "string" && value !== null) return `message ${index + 1}: its "value" is not text`;
    const beside = without(item, ["from", "value", "weight"]);
    const about = defined({
      weight: typeof item["weight"] === "number" ? item["weight"] : undefined,
      beside: Object.keys(beside).length === 0 ? undefined : beside,
    });
    if (from === CALLER && value !== null) {
      const inside = parsed(value);
      const calls = Array.isArray(inside) && inside.length > 1 ? (inside as unknown[]) : [inside ?? value];
      if (inside !== undefined) json ??= notCompact(jsonStyle(inside, value));
      messages.push({ role: "assistant", tool_calls: calls.map((call) => readCall(call).call), ...about });
    } else {
      const role = ROLES.find(([, names]) => names.includes(from))?.[0] ?? from;
      messages.push(defined({ role, content: value ?? undefined, ...about }) as ChatMessage);
    }
  }
  return { messages, json };
}

function write(content: Content, style: Style): Fields | UnsupportedRow {
  const all = messagesOf(content);
  if (all === undefined) return unsupportedKind(content, "sharegpt");
  const isSystemField = style["system"] === "field" && all[0]?.role === "system" && typeof all[0].content === "string";
  const turns = writeTurns(isSystemField ? all.slice(1) : all, style);
  if (turns === undefined) return NO_TEXT;
  const answers = content.kind === "preference" ? answersOf(content, style) : {};
  if ("unsupported" in answers) return answers;
  return defined({
    [style["field"] ?? "conversations"]: style["messages"] === "text" ? JSON.stringify(turns) : turns,
    system: isSystemField ? all[0]!.content : undefined,
    tools: writeTools(content.tools, { toolShape: "bare", tools: "text", ...style, json: jsonOf(style) }),
    ...answers,
    [style["label"] ?? "kto_tag"]: content.kind === "label" ? content.label : undefined,
  });
}

function messagesOf(content: Content): ChatMessage[] | undefined {
  if (content.kind === "preference")
    return content.prompt === undefined ? undefined : asMessages(content.prompt, "user");
  return content.kind === "label"
    ? [...asMessages(content.prompt, "user"), ...asMessages(content.completion, "assistant")]
    : asDialogue(content);
}

function answersOf(
  { chosen, rejected }: Extract<Content, { kind: "preference" }>,
  style: Style,
): Fields | UnsupportedRow {
  const [good, bad] = [asMessages(chosen, "assistant"), asMessages(rejected, "assistant")];
  if (good.length !== 1 || bad.length !== 1)
    return { unsupported: "roles", detail: "an answer is more than one message" };
  const turns = writeTurns([...good, ...bad], style);
  return turns?.length === 2 ? { chosen: turns[0], rejected: turns[1] } : NO_TEXT;
}

/** Messages as turns. A message that has text and calls tools becomes two turns. */
function writeTurns(messages: readonly ChatMessage[], style: Style): Fields[] | undefined {
  const turns: Fields[] = [];
  for (const message of messages) {
    const { role, beside, tool_calls: calls } = message;
    const value = plainText(message);
    if (value === undefined) return undefined;
    const about = { weight: statedWeight(message, style), ...beside };
    if (calls === undefined || value !== "") {
      const from = ROLES.find(([text]) => text === role)?.[1][0] ?? role;
      turns.push(defined({ from, value, ...about }));
    }
    if (calls !== undefined) turns.push(defined({ from: CALLER, value: callText(calls, jsonOf(style)), ...about }));
  }
  return turns;
}

function callText(calls: NonNullable<ChatMessage["tool_calls"]>, json: JsonStyle): string {
  const [only] = calls;
  if (calls.length === 1 && only!.name === "" && parsed(String(only!.arguments)) === undefined)
    return String(only!.arguments);
  const values = calls.map((call) => writeCall(call, { args: "value", shape: "bare" }));
  return jsonText(values.length === 1 ? values[0] : values, json);
}

function jsonOf(style: Style): JsonStyle {
  return (style["json"] as JsonStyle | undefined) ?? "compact";
}
