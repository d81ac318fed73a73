import { isMessageList, readMessages, writeMessages } from "../chat-message.ts";
import { defined } from "../json-value.ts";
import { asMessages } from "../plain-turns.ts";
import { isTurns, readTurns, writeTurns } from "./prompt-format.ts";
import { type Content, type Fields, type ReadRow, unsupportedKind, type RowFormat } from "../row-format.ts";
import { readTools, writeTools } from "../tool-calls.ts";

/**
 * An answer with a label, good or bad: TRL's `{prompt, completion, label}`, as text or messages, and LLaMA-Factory's
 * `{messages, label}`, in which the last message is the answer. Next to a prompt and a completion, 0 and 1 and the
 * usual texts of a table are labels too.
 *
 * @source TRL, Dataset formats and types, "Unpaired preference"; LLaMA-Factory, data/kto_en_demo.json; read 2026-11
 */
export const ktoFormat: RowFormat = {
  name: "kto",
  detect: (row) => {
    const label = labelOf(row);
    if (label === undefined) return undefined;
    if (typeof row["label"] !== "boolean")
      return {
        score: 1.05,
        reasons: ['"prompt" and "completion" are present', `"label" is ${JSON.stringify(row["label"])}`],
      };
    const reason = '"label" is true or false';
    if (isTurns(row["prompt"]) && isTurns(row["completion"])) {
      return { score: 1.1, reasons: ['"prompt" and "completion" are present', reason] };
    }
    return isMessageList(row["messages"]) ? { score: 1.1, reasons: ['"messages" have roles', reason] } : undefined;
  },
  read,
  write: (content, style) => {
    if (content.kind !== "label") return unsupportedKind(content, "kto");
    const { prompt, completion, label } = content;
    const tools = writeTools(content.tools, style);
    if (style["oneList"] === "yes") {
      const messages = [...asMessages(prompt, "user"), ...asMessages(completion, "assistant")];
      return defined({ messages: writeMessages(messages, style), label, tools });
    }
    return defined({ prompt: writeTurns(prompt, style), completion: writeTurns(completion, style), label, tools });
  },
};

/** Labels as numbers, and as the text of a table cell. */
const LABELS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...[1, "1", "true", "True", "TRUE"].map((text) => [text, true] as const),
  ...[0, "0", "false", "False", "FALSE"].map((text) => [text, false] as const),
]);
/** The label; a number or a text also counts if a prompt and a completion rule out any other meaning. */
function labelOf(row: Fields): boolean | undefined {
  const { label } = row;
  if (typeof label === "boolean") return label;
  return isTurns(row["prompt"]) && isTurns(row["completion"]) ? LABELS.get(label) : undefined;
}

function read(row: Fields): ReadRow | string {
  const label = labelOf(row);
  if (label === undefined) return '"label" is not true or false';
  const { tools, style } = readTools(row["tools"]);
  const also = tools === undefined ? ["label"] : ["label", "tools"];
  if (isTurns(row["prompt"]) && isTurns(row["completion"])) {
    const [prompt, completion] = [readTurns(row["prompt"]), readTurns(row["completion"])];
    if (typeof prompt === "string") return `"prompt": ${prompt}`;
    if (typeof completion === "string") return `"completion": ${completion}`;
    return {
      content: defined({
        kind: "label",
        prompt: prompt.turns,
        completion: completion.turns,
        label,
        tools,
      }) as unknown as Content,
      style: { ...prompt.style, ...completion.style, ...style },
      used: ["prompt", "completion", ...also],
    };
  }
  const read = readMessages(row["messages"]);
  if (typeof read === "string") return `"messages": ${read}`;
  const { messages } = read;
  const content = { kind: "label", prompt: messages.slice(0, -1), completion: messages.slice(-1), label, tools };
  return {
    content: defined(content) as unknown as Content,
    style: { ...read.style, ...style, oneList: "yes" },
    used: ["messages", ...also],
  };
}
