import type { ToolCall } from "../../domain/canonical-row.ts";
import { defined, isObject, jsonStyle, jsonText, type JsonStyle, parsed, without } from "./json-value.ts";

/** Format of tool calls. */
export type CallStyle = {
  /** Arguments as JSON text (OpenAI) or as a value (TRL). */
  args: "text" | "value";
  /** Inside a `function` object with a type, or bare. */
  shape: "function" | "bare";
};

/**
 * A call in the notation of the chat API, `{id, type: function, function: {name, arguments}}`, or bare, `{name,
 * arguments}`. Arguments given as JSON text become a value; text that is not a JSON object or list stays text. Anything
 * that is not a call gets an empty name, with its JSON text as arguments.
 */
export function readCall(value: unknown): { call: ToolCall; style: CallStyle } {
  const fields = isObject(value) ? value : {};
  const isBare = !isObject(fields["function"]);
  const inner = isBare ? fields : (fields["function"] as Readonly<Record<string, unknown>>);
  const { name } = inner;
  if (typeof name !== "string") {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return { call: { name: "", arguments: text }, style: { args: "value", shape: "bare" } };
  }
  const args = inner["arguments"];
  const inside = typeof args === "string" ? parsed(args) : undefined;
  const isJson = isObject(inside) || Array.isArray(inside);
  const own = isBare ? ["id", "type", "name", "arguments"] : ["id", "type", "function"];
  const beside = without(fields, own);
  return {
    call: defined({
      id: typeof fields["id"] === "string" ? fields["id"] : undefined,
      name,
      arguments: isJson ? inside : args,
      beside: Object.keys(beside).length === 0 ? undefined : beside,
    }) as ToolCall,
    style: { args: typeof args === "string" ? "text" : "value", shape: isBare ? "bare" : "function" },
  };
}

/** Writes a call: the inverse of `readCall`. */
export function writeCall(call: ToolCall, { args, shape }: CallStyle): unknown {
  if (call.name === "") return parsed(String(call.arguments)) ?? call.arguments;
  const value = call.arguments;
  const written = args === "text" && value !== undefined && typeof value !== "string" ? JSON.stringify(value) : value;
  const inner = defined({ name: call.name, arguments: written });
  return shape === "bare"
    ? defined({ id: call.id, ...inner, ...call.beside })
    : defined({ id: call.id, type: "function", function: inner, ...call.beside });
}

/** Notation of declared tools: a list, or its JSON text. */
export type ToolsStyle = { tools?: "text"; json?: JsonStyle; toolShape?: "bare" };

/**
 * Declared tools as a list of `{type: function, function: {name, ...}}`; bare ones are wrapped. Text that is not a JSON
 * list stays text.
 */
export function readTools(value: unknown): { tools?: unknown; style: ToolsStyle } {
  if (value === undefined || value === null || value === "") return { style: {} };
  const list = typeof value === "string" ? parsed(value) : value;
  if (!Array.isArray(list)) return { tools: value, style: {} };
  const isBare = list.length > 0 && list.every((tool) => isObject(tool) && typeof tool["name"] === "string");
  return {
    tools: isBare ? list.map((tool: unknown) => ({ type: "function", function: tool })) : list,
    style: defined({
      tools: typeof value === "string" ? ("text" as const) : undefined,
      json: typeof value === "string" ? notCompact(jsonStyle(list, value)) : undefined,
      toolShape: isBare ? ("bare" as const) : undefined,
    }),
  };
}

/** Declared tools in the format of a row: the inverse of `readTools`. */
export function writeTools(tools: unknown, style: ToolsStyle): unknown {
  if (!Array.isArray(tools)) return tools;
  const list = style.toolShape === "bare" ? tools.map(bareTool) : tools;
  return style.tools === "text" ? jsonText(list, style.json) : list;
}

/** A tool without the surrounding `function`, if that is the only field. */
function bareTool(tool: unknown): unknown {
  return isObject(tool) && Object.keys(tool).length === 2 && tool["type"] === "function" ? tool["function"] : tool;
}

/** A variant other than the usual one. */
export function notCompact(style: JsonStyle | undefined): JsonStyle | undefined {
  return style === "compact" ? undefined : style;
}
