import type { CanonicalRow, ChatMessage, Turns } from "../../domain/canonical-row.ts";
import type { LintCode, LintFinding } from "../../domain/format-lint.ts";
import { plainText, usualWeight } from "./chat-message.ts";
import { same } from "./json-value.ts";
import { lintRoles } from "./lint-roles.ts";
import { lintTools } from "./lint-tools.ts";

/**
 * Problems of a training row: order of roles, turns without content, tool calls that are invalid or unanswered, and a
 * loss that would train on nothing or on the wrong part. Messages are numbered from 1 across prompt and answer.
 */
export function lintRow(row: CanonicalRow): LintFinding[] {
  switch (row.kind) {
    case "text":
      return isBlank(row.text) ? [rowFinding("empty-turn", "the text is blank")] : [];
    case "prompt":
      return lintPrompt(row.prompt, row.tools);
    case "chat":
      return [...lintDialogue(row.messages, row.tools), ...lintLoss(row.messages, row)];
    case "completion":
    case "label":
      return lintAnswer(row, row.completion);
    case "candidates":
      return row.completions.flatMap((completion) => lintAnswer(row, completion)).filter(isFirst);
    default:
      return [
        ...lintAnswer(row, row.chosen, "chosen"),
        ...lintAnswer(row, row.rejected, "rejected"),
        ...(same(row.chosen, row.rejected) ? [rowFinding("same-answers", "chosen and rejected are the same")] : []),
      ].filter(isFirst);
  }
}

/** A finding about the row. */
function rowFinding(code: LintCode, detail: string): LintFinding {
  return { code, level: "error", message: null, detail };
}

function isFirst(finding: LintFinding, index: number, all: readonly LintFinding[]): boolean {
  return all.findIndex((entry) => same(entry, finding)) === index;
}

function lintPrompt(prompt: Turns, tools: unknown): LintFinding[] {
  if (typeof prompt === "string") return isBlank(prompt) ? [rowFinding("empty-turn", "the prompt is blank")] : [];
  return lintDialogue(prompt, tools);
}

function lintAnswer(
  { prompt, tools }: { prompt?: Turns | undefined; tools?: unknown },
  answer: Turns,
  name = "completion",
): LintFinding[] {
  if (typeof answer === "string") {
    const blank = isBlank(answer) ? [rowFinding("empty-turn", `the ${name} is blank`)] : [];
    return [...(prompt === undefined ? [] : lintPrompt(prompt, tools)), ...blank];
  }
  const before = prompt === undefined ? [] : typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
  const learnt = answer.some(({ role }) => role === "assistant");
  return [
    ...lintDialogue([...before, ...answer], tools),
    ...(learnt ? [] : [rowFinding("loss-mask", `no assistant message in the ${name}`)]),
  ];
}

function lintDialogue(messages: readonly ChatMessage[], tools: unknown): LintFinding[] {
  return [...lintRoles(messages), ...lintContents(messages), ...lintTools(messages, tools)];
}

function lintContents(messages: readonly ChatMessage[]): LintFinding[] {
  return messages.flatMap((entry, index): LintFinding[] => {
    const message = index + 1;
    const text = plainText(entry);
    const found: LintFinding[] = [];
    if (text !== undefined && isBlank(text) && (entry.tool_calls ?? []).length === 0) {
      const isAnswer = entry.role === "assistant" || entry.role === "user";
      found.push({
        code: "empty-turn",
        level: isAnswer ? "error" : "warning",
        message,
        detail: `the message of "${entry.role}" is empty`,
      });
    }
    const [open, close] = [countOf(text, "<think>"), countOf(text, "</think>")];
    if (entry.role === "assistant" && open !== close) {
      const detail = `${open} <think> and ${close} </think> in one answer`;
      found.push({ code: "broken-thinking", level: "warning", message, detail });
    }
    return found;
  });
}

function countOf(text: string | undefined, mark: string): number {
  return text === undefined ? 0 : text.split(mark).length - 1;
}

/** The loss: a dialogue trains on the answers of the assistant, unless weights say otherwise. */
function lintLoss(messages: readonly ChatMessage[], { native }: CanonicalRow): LintFinding[] {
  const found: LintFinding[] = [];
  const answers = messages.filter(({ role }) => role === "assistant");
  const learnt = messages.filter(({ role, weight }) => (weight ?? usualWeight(role)) > 0);
  if (answers.length === 0) found.push(rowFinding("loss-mask", "no assistant message: nothing would be trained on"));
  else if (learnt.length === 0)
    found.push(rowFinding("loss-mask", "every message has the weight 0: nothing would be trained on"));
  for (const [index, { role, weight, beside }] of messages.entries()) {
    const message = index + 1;
    const stated = beside?.["weight"] ?? beside?.["train"];
    if (stated !== undefined && stated !== null) {
      const detail = `the weight ${JSON.stringify(stated)} is not a number, or train is neither true nor false; it is ignored`;
      found.push({ code: "bad-weight", level: "error", message, detail });
    } else if (weight === undefined) {
      if (native?.format === "llama-factory-v1" && role !== "assistant") {
        const detail = `no loss_weight for "${role}": it counts as 1, and the message would be trained on`;
        found.push({ code: "loss-mask", level: "error", message, detail });
      }
    } else if (weight < 0) {
      found.push({ code: "bad-weight", level: "error", message, detail: `the weight is ${weight}` });
    } else if (weight > 0 && role !== "assistant") {
      found.push({
        code: "loss-mask",
        level: "warning",
        message,
        detail: `"${role}" would be trained on: its weight is ${weight}`,
      });
    }
  }
  return found;
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}
