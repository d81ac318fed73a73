import type { ChatMessage, ToolCall } from "../../domain/canonical-row.ts";
import type { LintFinding } from "../../domain/format-lint.ts";
import { isObject } from "./json-value.ts";

/**
 * Tool calls: each has a name and JSON arguments, names a declared tool, and is answered before the dialogue continues,
 * unless it is the last message; each answer has a call.
 */
export function lintTools(messages: readonly ChatMessage[], tools: unknown): LintFinding[] {
  const found: LintFinding[] = [];
  const add = (finding: Omit<LintFinding, "level">, level: LintFinding["level"] = "error"): void => {
    found.push({ ...finding, level });
  };
  const declared = namesOf(tools);
  if (declared === "broken")
    add({ code: "broken-tools", message: null, detail: "the declared tools are not a list of named tools" });
  const ids = new Set<string>();
  for (const [index, entry] of messages.entries()) {
    const message = index + 1;
    for (const call of entry.tool_calls ?? []) {
      const problem = callProblem(call);
      if (problem !== undefined) add({ code: "broken-call", message, detail: problem });
      if (call.name !== "" && declared === undefined) {
        add(
          { code: "undeclared-tool", message, detail: `"${call.name}" is called, but no tools are declared` },
          "warning",
        );
      } else if (call.name !== "" && declared instanceof Set && !declared.has(call.name)) {
        add({ code: "unknown-tool", message, detail: `"${call.name}" is not a declared tool` });
      }
      if (call.id === undefined) continue;
      if (ids.has(call.id)) add({ code: "repeated-call-id", message, detail: `duplicate call id "${call.id}"` });
      ids.add(call.id);
    }
    if (entry.tool_calls?.length === 0)
      add({ code: "broken-call", message, detail: "its list of calls is empty: OpenAI rejects that" }, "warning");
    if (entry.role === "tool" && entry.tool_call_id === undefined && ids.size > 0) {
      const detail = "it has no tool_call_id, although the calls have ids";
      add({ code: "unasked-answer", message, detail }, "warning");
    }
    if (entry.tool_call_id !== undefined && !ids.has(entry.tool_call_id)) {
      add({
        code: "unasked-answer",
        message,
        detail: `it answers the call "${entry.tool_call_id}", which no earlier message makes`,
      });
    }
    const missing = unanswered(messages, index);
    if (missing > 0)
      add({
        code: "unanswered-call",
        message,
        detail: `${missing} of ${entry.tool_calls!.length} calls have no answer`,
      });
  }
  return found;
}

/**
 * Calls of a message that are not answered afterwards; none if it is the last message. Matched by id if all calls have
 * one.
 */
function unanswered(messages: readonly ChatMessage[], index: number): number {
  const calls = messages[index]!.tool_calls ?? [];
  if (calls.length === 0 || index === messages.length - 1) return 0;
  const rest = messages.slice(index + 1);
  const end = rest.findIndex(({ role }) => role !== "tool" && role !== "function");
  const answers = end === -1 ? rest : rest.slice(0, end);
  const given = new Set(answers.map(({ tool_call_id: id }) => id));
  const hasIds = calls.every(({ id }) => id !== undefined) && !given.has(undefined) && answers.length > 0;
  if (hasIds) return calls.filter(({ id }) => !given.has(id)).length;
  // One observation may hold the results of several calls if they are not distinguished by ids.
  return answers.length === 0 ? calls.length : 0;
}

function callProblem({ name, arguments: args }: ToolCall): string | undefined {
  if (name === "") return `it is not a call: ${String(args).slice(0, 60)}`;
  if (args === undefined) return `the call of "${name}" has no arguments`;
  if (isObject(args)) return undefined;
  return typeof args === "string"
    ? `the arguments of "${name}" are not a JSON object: ${args.slice(0, 60)}`
    : `the arguments of "${name}" are not an object`;
}

/** Names of the declared tools; undefined if there are none. */
function namesOf(tools: unknown): Set<string> | "broken" | undefined {
  if (tools === undefined || tools === null) return undefined;
  if (!Array.isArray(tools)) return "broken";
  const names = tools.map((tool: unknown) => {
    const inner = isObject(tool) && isObject(tool["function"]) ? tool["function"] : tool;
    return isObject(inner) && typeof inner["name"] === "string" ? inner["name"] : undefined;
  });
  if (names.includes(undefined)) return "broken";
  return names.length === 0 ? undefined : new Set(names as string[]);
}
