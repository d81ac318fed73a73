import type { ChatMessage } from "../../../domain/canonical-row.ts";
import { answerText, asDialogue, plainTurns } from "../plain-turns.ts";
import { listOf, plainText } from "../chat-message.ts";
import { defined, isObject } from "../json-value.ts";
import {
  type Content,
  type Fields,
  type ReadRow,
  type UnsupportedRow,
  unsupportedKind,
  type RowFormat,
  type Style,
} from "../row-format.ts";

const NAMES = ["conversation", "conversations"];

/**
 * Swift's pairs of question and answer: `{system, conversation: [{human, assistant}]}`.
 *
 * @source Data-Juicer, tools/fmt_conversion/post_tuning_dialog/README.md, "Swift's ShareGPT format" (v1.4.1, read 2026-11)
 */
export const pairsFormat: RowFormat = {
  name: "pairs",
  detect: (row) => {
    const name = nameIn(row);
    return name === undefined
      ? undefined
      : { score: 1, reasons: [`"${name}" is a list with "human" and "assistant" in each`] };
  },
  read,
  write,
};

function nameIn(row: Fields): string | undefined {
  return NAMES.find((name) => {
    const list = listOf(row[name]);
    return (
      list !== undefined &&
      list.length > 0 &&
      list.every(
        (element) =>
          isObject(element) && typeof element["human"] === "string" && typeof element["assistant"] === "string",
      )
    );
  });
}

function read(row: Fields): ReadRow | string {
  const name = nameIn(row);
  if (name === undefined) return 'there is no "conversation" of pairs';
  const system = typeof row["system"] === "string" && row["system"] !== "" ? row["system"] : undefined;
  const messages: ChatMessage[] = (listOf(row[name]) as readonly Fields[]).flatMap((pair) => [
    { role: "user", content: pair["human"] as string },
    { role: "assistant", content: pair["assistant"] as string },
  ]);
  return {
    content: {
      kind: "chat",
      messages: system === undefined ? messages : [{ role: "system", content: system }, ...messages],
    },
    style: defined({
      field: name === "conversation" ? undefined : name,
      messages: typeof row[name] === "string" ? "text" : undefined,
    }),
    used: system === undefined ? [name] : [name, "system"],
  };
}

function write(content: Content, style: Style): Fields | UnsupportedRow {
  const messages = asDialogue(content);
  if (messages === undefined) return unsupportedKind(content, "pairs");
  const turns = plainTurns(messages.slice(0, -1));
  if ("unsupported" in turns) return turns;
  const last = answerText(messages.slice(-1));
  if (typeof last !== "string") return last;
  const pairs = [...turns.history, [plainText(turns.last), last]].map(([human, assistant]) => ({ human, assistant }));
  return defined({
    system: turns.system,
    [style["field"] ?? "conversation"]: style["messages"] === "text" ? JSON.stringify(pairs) : pairs,
  });
}
