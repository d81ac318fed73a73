import { isMessageList, readMessages, writeMessages } from "../chat-message.ts";
import { defined, isObject, without } from "../json-value.ts";
import { asMessages } from "../plain-turns.ts";
import {
  type Content,
  type Fields,
  type ReadRow,
  type UnsupportedRow,
  unsupportedKind,
  type RowFormat,
  type Style,
} from "../row-format.ts";
import { readTools, writeTools } from "../tool-calls.ts";

/**
 * OpenAI's preference pair: `{input: {messages, tools, parallel_tool_calls}, preferred_output, non_preferred_output}`,
 * each output being one message of the assistant. Together accepts the same.
 *
 * @source OpenAI, FineTunePreferenceRequestInput of its OpenAPI description 2.3.0; docs.together.ai/docs/
 * fine-tuning/data-preparation, "Preference data"; read 2026-11
 */
export const openaiPreferenceFormat: RowFormat = {
  name: "openai-preference",
  detect: (row) =>
    isRow(row)
      ? { score: 1, reasons: ['"input" with messages, "preferred_output" and "non_preferred_output" are present'] }
      : undefined,
  read,
  write,
};

function isRow(row: Fields): boolean {
  return (
    isObject(row["input"]) &&
    isMessageList(row["input"]["messages"]) &&
    isMessageList(row["preferred_output"]) &&
    isMessageList(row["non_preferred_output"])
  );
}

function read(row: Fields): ReadRow | string {
  if (!isRow(row)) return 'there are no "input" with messages, "preferred_output" and "non_preferred_output"';
  const input = row["input"] as Fields;
  const read = [input["messages"], row["preferred_output"], row["non_preferred_output"]].map(readMessages);
  const problem = read.find((text) => typeof text === "string");
  if (problem !== undefined) return problem;
  const [prompt, chosen, rejected] = read as [Messages, Messages, Messages];
  const { tools, style } = readTools(input["tools"]);
  return {
    content: defined({
      kind: "preference",
      prompt: prompt.messages,
      chosen: chosen.messages,
      rejected: rejected.messages,
      tools,
    }) as unknown as Content,
    style: { ...prompt.style, ...chosen.style, ...rejected.style, ...style },
    used: ["input", "preferred_output", "non_preferred_output"],
    beside: without(input, tools === undefined ? ["messages"] : ["messages", "tools"]),
  };
}

type Messages = Exclude<ReturnType<typeof readMessages>, string>;

function write(content: Content, style: Style): Fields | UnsupportedRow {
  if (content.kind !== "preference" || content.prompt === undefined)
    return unsupportedKind(content, "openai-preference");
  const [chosen, rejected] = [asMessages(content.chosen, "assistant"), asMessages(content.rejected, "assistant")];
  const isOne = [chosen, rejected].every((answer) => answer.length === 1 && answer[0]!.role === "assistant");
  if (!isOne) return { unsupported: "roles", detail: "an answer is not a single assistant message" };
  const how = { args: "text", ...style };
  return {
    input: defined({
      messages: writeMessages(asMessages(content.prompt, "user"), how),
      tools: writeTools(content.tools, style),
    }),
    preferred_output: writeMessages(chosen, how),
    non_preferred_output: writeMessages(rejected, how),
  };
}
