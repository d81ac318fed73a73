import { suggest } from "../../base/suggest.ts";
import type { ChatMessage } from "../../domain/canonical-row.ts";
import type { LintFinding } from "../../domain/format-lint.ts";

const ROLES: ReadonlySet<string> = new Set(["system", "developer", "user", "assistant", "tool", "function"]);
const SYSTEM: ReadonlySet<string> = new Set(["system", "developer"]);
const TOOL: ReadonlySet<string> = new Set(["tool", "function"]);

/**
 * Order of the roles: the system once and first, then the user, then user and assistant in turns. Tools answer only
 * after a call of the assistant, which then continues. Chat templates raise an error for other orders, or render them
 * wrongly.
 */
export function lintRoles(messages: readonly ChatMessage[]): LintFinding[] {
  const found: LintFinding[] = [];
  const add = (index: number, level: LintFinding["level"], detail: string): void => {
    found.push({ code: "role-order", level, message: index + 1, detail });
  };
  for (const [index, { role }] of messages.entries()) {
    const before = messages[index - 1];
    if (!ROLES.has(role)) {
      found.push({
        code: "unknown-role",
        level: "error",
        message: index + 1,
        detail: `the role "${role.slice(0, 40)}"${meant(role)}`,
      });
    } else if (SYSTEM.has(role)) {
      if (before !== undefined && !SYSTEM.has(before.role))
        add(index, "error", `"${role}" comes after "${before.role}"`);
      else if (before !== undefined) add(index, "warning", `"${role}" comes a second time`);
    } else if (TOOL.has(role)) {
      const isAfterCall = before !== undefined && (TOOL.has(before.role) || before.tool_calls !== undefined);
      if (!isAfterCall) add(index, "error", `"${role}" comes without a call before it`);
    } else if (before === undefined || SYSTEM.has(before.role)) {
      if (role === "assistant" && messages.slice(0, index).every((message) => SYSTEM.has(message.role)))
        add(index, "error", "the assistant speaks first");
    } else if (role === before.role) {
      const isCall =
        role === "assistant" && (before.tool_calls !== undefined || messages[index]!.tool_calls !== undefined);
      add(index, isCall ? "warning" : "error", `"${role}" twice in a row`);
    } else if (role === "user" && TOOL.has(before.role)) {
      add(index, "warning", `the user speaks after "${before.role}", before the assistant has answered`);
    }
  }
  const last = messages.at(-1);
  if (last?.role === "user" && messages.some(({ role }) => role === "assistant")) {
    add(messages.length - 1, "warning", "the last message is the user's: it is never answered");
  }
  return found;
}

/** Names that other formats have for the roles. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  human: "user",
  gpt: "assistant",
  bot: "assistant",
  ai: "assistant",
  model: "assistant",
  chatbot: "assistant",
  observation: "tool",
  ipython: "tool",
};

function meant(role: string): string {
  const name = role.trim().toLowerCase();
  const near = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : suggest(name, ROLES, 1)[0];
  return near === undefined ? "" : `: did you mean "${near}"?`;
}
