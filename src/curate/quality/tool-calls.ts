import { isJson } from "./json-problem.ts";

/** Errors in the tool calls of a list of messages: arguments as text that is not JSON. */
export function toolCallProblem(messages: unknown): string | undefined {
  if (!Array.isArray(messages)) return undefined;
  for (const [index, message] of messages.entries()) {
    if (message === null || typeof message !== "object") continue;
    const { tool_calls: calls, function_call: call } = message as Readonly<Record<string, unknown>>;
    for (const element of [...(Array.isArray(calls) ? calls : []), call]) {
      const text = argumentsOf(element);
      if (text !== undefined && text.trim() !== "" && !isJson(text)) {
        return `message ${index + 1} calls a tool with invalid JSON: ${JSON.stringify(text.slice(0, 60))}`;
      }
    }
  }
  return undefined;
}

function argumentsOf(call: unknown): string | undefined {
  if (call === null || typeof call !== "object") return undefined;
  const { function: named, arguments: own } = call as Readonly<Record<string, unknown>>;
  const value =
    own ?? (named !== null && typeof named === "object" ? (named as Record<string, unknown>)["arguments"] : undefined);
  return typeof value === "string" ? value : undefined;
}
