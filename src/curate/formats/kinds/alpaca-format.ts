import type { ChatMessage, Turns } from "../../../domain/canonical-row.ts";
import { plainText } from "../chat-message.ts";
import { defined } from "../json-value.ts";
import { answerText, asMessages, plainTurns } from "../plain-turns.ts";
import {
  type Content,
  type Fields,
  type ReadRow,
  type UnsupportedRow,
  unsupportedKind,
  type RowFormat,
  type Style,
} from "../row-format.ts";

const INPUTS = ["input", "context"];
const OUTPUTS = ["output", "response"];
const LABELS = ["kto_tag", "label"];

/**
 * Alpaca: `{instruction, input, output, system, history: [[question, answer]]}`. `chosen` and `rejected` instead of the
 * output make a preference pair; `kto_tag` next to the output makes a labelled answer. Dolly names the second and third
 * field `context` and `response`. The instruction becomes the content of the user's message, the input its second text.
 *
 * @source LLaMA-Factory, data/README.md, "Alpaca Format": the prompt is the instruction and the input joined by a line
 * break; read 2026-11
 */
export const alpacaFormat: RowFormat = {
  name: "alpaca",
  detect: (row) => {
    const output = nameIn(row, OUTPUTS);
    const isPair = typeof row["chosen"] === "string" && typeof row["rejected"] === "string";
    if (typeof row["instruction"] !== "string" || (output === undefined && !isPair)) return undefined;
    const also = ["input", "context", "system", "history", ...LABELS].filter((part) => part in row);
    const what = isPair ? '"instruction", "chosen" and "rejected"' : `"instruction" and "${output}"`;
    return {
      score: typeof row["query"] === "string" ? 0.5 : 1,
      reasons: [`${what} are present`, ...also.map((text) => `"${text}" is also present`)],
    };
  },
  read,
  write,
};

function read(row: Fields): ReadRow | string {
  const { instruction, system } = row;
  if (typeof instruction !== "string") return 'there is no "instruction"';
  const input = nameIn(row, INPUTS);
  const output = nameIn(row, OUTPUTS);
  const history = readHistory(row["history"]);
  const second = input === undefined || row[input] === "" ? undefined : (row[input] as string);
  const prompt: ChatMessage[] = [
    ...(typeof system === "string" && system !== "" ? [{ role: "system", content: system }] : []),
    ...(history ?? []),
    defined({ role: "user", content: instruction, input: second }) as ChatMessage,
  ];
  const common = [
    "instruction",
    ...(input === undefined ? [] : [input]),
    ...(typeof system === "string" ? ["system"] : []),
    ...(history === undefined ? [] : ["history"]),
  ];
  const style = { input: input === "context" ? input : undefined };
  if (typeof row["chosen"] === "string" && typeof row["rejected"] === "string") {
    const content: Content = {
      kind: "preference",
      prompt,
      chosen: answer(row["chosen"]),
      rejected: answer(row["rejected"]),
    };
    return { content, style: defined(style), used: [...common, "chosen", "rejected"] };
  }
  if (output === undefined) return 'there is no "output"';
  const completion = answer(row[output] as string);
  const label = LABELS.find((text) => typeof row[text] === "boolean");
  return {
    content:
      label === undefined
        ? { kind: "chat", messages: [...prompt, ...completion] }
        : { kind: "label", prompt, completion, label: row[label] as boolean },
    style: defined({
      ...style,
      output: output === "output" ? undefined : output,
      label: label === undefined || label === LABELS[0] ? undefined : label,
    }),
    used: [...common, output, ...(label === undefined ? [] : [label])],
  };
}

function answer(content: string): ChatMessage[] {
  return [{ role: "assistant", content }];
}

/** Reads earlier turns as messages; undefined if the value is not a list of pairs of texts. */
export function readHistory(history: unknown): ChatMessage[] | undefined {
  if (!Array.isArray(history)) return undefined;
  const isPair = (turn: unknown): turn is [string, string] =>
    Array.isArray(turn) && turn.length === 2 && turn.every((text) => typeof text === "string");
  if (!history.every(isPair)) return undefined;
  return history.flatMap(([question, reply]) => [
    { role: "user", content: question },
    { role: "assistant", content: reply },
  ]);
}

function write(content: Content, style: Style): Fields | UnsupportedRow {
  const split = promptAndAnswers(content);
  if (split === undefined) return unsupportedKind(content, "alpaca");
  const turns = plainTurns(split.prompt);
  if ("unsupported" in turns) return turns;
  const answers: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(split.answers)) {
    const written = answerText(text);
    if (typeof written !== "string") return written;
    answers[name === "output" ? (style["output"] ?? name) : name] = written;
  }
  const isText = typeof turns.last.content === "string";
  return defined({
    instruction: isText ? turns.last.content : plainText(turns.last),
    [style["input"] ?? "input"]: (isText ? turns.last.input : undefined) ?? "",
    ...answers,
    system: turns.system,
    history: turns.history.length === 0 ? undefined : turns.history,
    [style["label"] ?? "kto_tag"]: content.kind === "label" ? content.label : undefined,
  });
}

/** The messages before the answer, and the answers by the names of their fields. */
function promptAndAnswers(
  content: Content,
): { prompt: ChatMessage[]; answers: Readonly<Record<string, Turns>> } | undefined {
  switch (content.kind) {
    case "chat":
      return { prompt: content.messages.slice(0, -1), answers: { output: content.messages.slice(-1) } };
    case "completion":
    case "label":
      return { prompt: asMessages(content.prompt, "user"), answers: { output: content.completion } };
    case "preference":
      return content.prompt === undefined
        ? undefined
        : {
            prompt: asMessages(content.prompt, "user"),
            answers: { chosen: content.chosen, rejected: content.rejected },
          };
    default:
      return undefined;
  }
}

function nameIn(row: Fields, names: readonly string[]): string | undefined {
  return names.find((name) => typeof row[name] === "string");
}
