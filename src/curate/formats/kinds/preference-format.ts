import type { ChatMessage, Turns } from "../../../domain/canonical-row.ts";
import { isMessageList, readMessages, writeMessages } from "../chat-message.ts";
import { defined, same } from "../json-value.ts";
import { asMessages } from "../plain-turns.ts";
import { isTurns, readTurns, writeTurns } from "./prompt-format.ts";
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

const PROMPTS = ["prompt", "question"];

/**
 * A better and a worse answer, as text or messages: `{prompt, chosen, rejected}`, or with the prompt at the start of
 * both (implicit). For messages, the common start is the prompt; for texts, the prompt cannot be determined and is left
 * empty. Axolotl's `{messages, chosen, rejected}` with one message for each answer is also read and written.
 *
 * @source TRL, Dataset formats and types, "Preference" (huggingface.co/docs/trl/dataset_formats); Axolotl,
 * docs/rlhf.qmd, "chat_template.default"; read 2026-11
 */
export const preferenceFormat: RowFormat = {
  name: "preference",
  detect: (row) => {
    if (hasMessagesAndAnswers(row)) {
      return { score: 1, reasons: ['"messages", and a "chosen" and a "rejected" message are present'] };
    }
    if (!isTurns(row["chosen"]) || !isTurns(row["rejected"])) return undefined;
    const prompt = promptIn(row);
    const reason =
      prompt === undefined ? "there is no separate prompt: it is part of both" : `"${prompt}" is also present`;
    return {
      score: typeof row["instruction"] === "string" ? 0.6 : 1,
      reasons: ['"chosen" and "rejected" are present', reason],
    };
  },
  read,
  write,
};

/**
 * The prompt is text if the answers are texts, or messages if they are messages. A text prompt next to messages repeats
 * their content.
 */
function promptIn(row: Fields): string | undefined {
  return PROMPTS.find((name) => isTurns(row[name]) && isMessageList(row[name]) === isMessageList(row["chosen"]));
}

/** Messages with one message for each answer, as in Axolotl's `chat_template.default`. */
function hasMessagesAndAnswers(row: Fields): boolean {
  return isMessageList(row["messages"]) && isMessageList([row["chosen"]]) && isMessageList([row["rejected"]]);
}

function readMessagesAndAnswers(row: Fields): ReadRow | string {
  const [prompt, answers] = [readMessages(row["messages"]), readMessages([row["chosen"], row["rejected"]])];
  if (typeof prompt === "string") return `"messages": ${prompt}`;
  if (typeof answers === "string") return `"chosen" and "rejected": ${answers}`;
  const { tools, style } = readTools(row["tools"]);
  const [chosen, rejected] = answers.messages.map((message) => [message]);
  return {
    content: defined({ kind: "preference", prompt: prompt.messages, chosen, rejected, tools }) as unknown as Content,
    style: { ...prompt.style, ...answers.style, ...style, rows: "messages" },
    used: ["messages", "chosen", "rejected", ...(tools === undefined ? [] : ["tools"])],
  };
}

function read(row: Fields): ReadRow | string {
  if (hasMessagesAndAnswers(row)) return readMessagesAndAnswers(row);
  const [chosen, rejected] = [readTurns(row["chosen"]), readTurns(row["rejected"])];
  if (typeof chosen === "string") return `"chosen": ${chosen}`;
  if (typeof rejected === "string") return `"rejected": ${rejected}`;
  const { tools, style } = readTools(row["tools"]);
  const name = promptIn(row);
  const prompt = name === undefined ? undefined : readTurns(row[name]);
  if (typeof prompt === "string") return `"${name}": ${prompt}`;
  const split = prompt === undefined ? commonStart(chosen.turns, rejected.turns) : undefined;
  const content = split ?? { prompt: prompt?.turns, chosen: chosen.turns, rejected: rejected.turns };
  return {
    content: defined({ kind: "preference", ...content, tools }) as unknown as Content,
    style: defined({
      ...prompt?.style,
      ...chosen.style,
      ...rejected.style,
      ...style,
      implicit: split === undefined ? undefined : "yes",
      prompt: name === undefined || name === "prompt" ? undefined : name,
    }),
    used: ["chosen", "rejected", ...(name === undefined ? [] : [name]), ...(tools === undefined ? [] : ["tools"])],
  };
}

/**
 * Splits two dialogues into their common start and the remainders, each with at least one message; undefined for texts.
 */
export function commonStart(
  chosen: Turns,
  rejected: Turns,
): { prompt: ChatMessage[]; chosen: ChatMessage[]; rejected: ChatMessage[] } | undefined {
  if (typeof chosen === "string" || typeof rejected === "string") return undefined;
  let length = 0;
  while (length < Math.min(chosen.length, rejected.length) - 1 && same(chosen[length], rejected[length])) length += 1;
  return { prompt: chosen.slice(0, length), chosen: chosen.slice(length), rejected: rejected.slice(length) };
}

function write(content: Content, style: Style): Fields | UnsupportedRow {
  if (content.kind !== "preference") return unsupportedKind(content, "preference");
  const { prompt, chosen, rejected } = content;
  const tools = writeTools(content.tools, style);
  const before = prompt === undefined ? undefined : asMessages(prompt, "user");
  if (style["rows"] === "messages" && before !== undefined) {
    const [good, bad] = [asMessages(chosen, "assistant"), asMessages(rejected, "assistant")];
    if (good.length !== 1 || bad.length !== 1)
      return { unsupported: "roles", detail: "an answer is more than one message" };
    const { messages: _asText, ...entry } = style;
    return defined({
      messages: writeMessages(before, style),
      chosen: (writeMessages(good, entry) as unknown[])[0],
      rejected: (writeMessages(bad, entry) as unknown[])[0],
      tools,
    });
  }
  if (
    style["implicit"] === "yes" &&
    before !== undefined &&
    typeof chosen !== "string" &&
    typeof rejected !== "string"
  ) {
    const [good, bad] = [writeTurns([...before, ...chosen], style), writeTurns([...before, ...rejected], style)];
    return defined({ chosen: good, rejected: bad, tools });
  }
  return defined({
    [style["prompt"] ?? "prompt"]: prompt === undefined ? undefined : writeTurns(prompt, style),
    chosen: writeTurns(chosen, style),
    rejected: writeTurns(rejected, style),
    tools,
  });
}
