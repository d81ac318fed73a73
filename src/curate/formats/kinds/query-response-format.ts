import type { ChatMessage } from "../../../domain/canonical-row.ts";
import { readHistory } from "./alpaca-format.ts";
import { plainText } from "../chat-message.ts";
import { defined } from "../json-value.ts";
import { answerText, asDialogue, plainTurns } from "../plain-turns.ts";
import {
  type Content,
  type Fields,
  type ReadRow,
  type UnsupportedRow,
  unsupportedKind,
  type RowFormat,
} from "../row-format.ts";

/**
 * Data-Juicer's own format and Swift's query and response: `{system, instruction, query, response, history}`. If there
 * is an instruction, it is the content of the user's message and the query is its second text.
 *
 * @source Data-Juicer, tools/fmt_conversion/post_tuning_dialog/README.md, "DJ default format" (v1.4.1, read 2026-11)
 */
export const queryResponseFormat: RowFormat = {
  name: "query-response",
  detect: (row) => {
    if (typeof row["query"] !== "string" || typeof row["response"] !== "string") return undefined;
    const also = ["system", "instruction", "history"].filter((part) => part in row);
    return {
      score: also.length === 0 ? 0.85 : 1,
      reasons: ['"query" and "response" are present', ...also.map((text) => `"${text}" is also present`)],
    };
  },
  read,
  write,
};

function read(row: Fields): ReadRow | string {
  const { query, response, instruction, system } = row;
  if (typeof query !== "string" || typeof response !== "string") return 'there are no "query" and "response"';
  const history = readHistory(row["history"]);
  const isSplit = typeof instruction === "string" && instruction !== "";
  const messages: ChatMessage[] = [
    ...(typeof system === "string" && system !== "" ? [{ role: "system", content: system }] : []),
    ...(history ?? []),
    isSplit
      ? (defined({ role: "user", content: instruction, input: query === "" ? undefined : query }) as ChatMessage)
      : { role: "user", content: query },
    { role: "assistant", content: response },
  ];
  return {
    content: { kind: "chat", messages },
    style: {},
    used: [
      "query",
      "response",
      ...(typeof instruction === "string" ? ["instruction"] : []),
      ...(typeof system === "string" ? ["system"] : []),
      ...(history === undefined ? [] : ["history"]),
    ],
  };
}

function write(content: Content): Fields | UnsupportedRow {
  const messages = asDialogue(content);
  if (messages === undefined) return unsupportedKind(content, "query-response");
  const turns = plainTurns(messages.slice(0, -1));
  if ("unsupported" in turns) return turns;
  const response = answerText(messages.slice(-1));
  if (typeof response !== "string") return response;
  const { last } = turns;
  const isSplit = last.input !== undefined && typeof last.content === "string" && last.content !== "";
  return defined({
    system: turns.system,
    instruction: isSplit ? last.content : undefined,
    query: isSplit ? last.input : plainText(last),
    response,
    history: turns.history.length === 0 ? undefined : turns.history,
  });
}
