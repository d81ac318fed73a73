import type { ChatMessage, ToolCall } from "../../domain/canonical-row.ts";
import { isObject } from "./json-value.ts";
import type { Content } from "./row-format.ts";

/** Keywords of JSON Schema under which a null is a value. */
const VALUES: ReadonlySet<string> = new Set(["default", "const", "enum", "examples", "example"]);

/**
 * A row without the nulls that a table added before it became JSON: each declared tool gets the parameters of all other
 * tools, and each call the arguments of all other calls, with the value null. Removed are nulls in declarations, unless
 * JSON Schema gives them a meaning, and null arguments that the tool does not declare.
 */
export function withoutTableNulls(content: Content): Content {
  if (!Array.isArray(content.tools)) return content;
  const tools = content.tools.map((tool: unknown) => withoutNulls(tool));
  const declared = new Map(tools.flatMap((tool) => parametersOf(tool)));
  const ofMessage = (message: ChatMessage): ChatMessage =>
    message.tool_calls === undefined
      ? message
      : { ...message, tool_calls: message.tool_calls.map((call) => withDeclared(call, declared.get(call.name))) };
  const changed = Object.entries(content).map(([name, value]: [string, unknown]): [string, unknown] => {
    if (name === "tools") return [name, tools];
    return [name, Array.isArray(value) && MESSAGES.has(name) ? (value as ChatMessage[]).map(ofMessage) : value];
  });
  return Object.fromEntries(changed) as Content;
}

const MESSAGES: ReadonlySet<string> = new Set(["messages", "prompt", "completion", "chosen", "rejected"]);

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, value]) => {
      if (VALUES.has(name)) return [[name, value]];
      return value === null ? [] : [[name, withoutNulls(value)]];
    }),
  );
}

/** Name of a declared tool with its parameters; undefined if it does not list them. */
function parametersOf(tool: unknown): [string, ReadonlySet<string>][] {
  const inner = isObject(tool) && isObject(tool["function"]) ? tool["function"] : tool;
  if (!isObject(inner) || typeof inner["name"] !== "string" || !isObject(inner["parameters"])) return [];
  const { properties } = inner["parameters"];
  return isObject(properties) ? [[inner["name"], new Set(Object.keys(properties))]] : [];
}

function withDeclared(call: ToolCall, names: ReadonlySet<string> | undefined): ToolCall {
  if (names === undefined || !isObject(call.arguments)) return call;
  const entries = Object.entries(call.arguments).filter(([name, value]) => value !== null || names.has(name));
  return { ...call, arguments: Object.fromEntries(entries) };
}
