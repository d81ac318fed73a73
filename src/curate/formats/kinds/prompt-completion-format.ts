import { PROMPT_COMPLETION } from "../../rows/row-text.ts";
import { defined } from "../json-value.ts";
import { isTurns, readTurns, writeTurns } from "./prompt-format.ts";
import { type Content, type Fields, unsupportedKind, type RowFormat } from "../row-format.ts";
import { readTools, writeTools } from "../tool-calls.ts";

/**
 * A prompt and its completion, each as text or messages; also under the other names used by public datasets (question
 * and answer, text and label). A completion that is a number or a boolean is converted to text.
 *
 * @source TRL, Dataset formats and types, "Prompt-completion" (huggingface.co/docs/trl/dataset_formats, read 2026-11)
 */
export const promptCompletionFormat: RowFormat = {
  name: "prompt-completion",
  detect: (row) => {
    const pair = pairIn(row);
    if (pair === undefined) return undefined;
    const isUsual = pair[0] === "prompt" && pair[1] === "completion";
    return { score: isUsual ? 1 : 0.8, reasons: [`"${pair[0]}" and "${pair[1]}" are present`] };
  },
  read: (row) => {
    const pair = pairIn(row);
    if (pair === undefined) return "there is no prompt with a completion";
    const [prompt, completion] = [readTurns(row[pair[0]]), readTurns(asText(row[pair[1]]))];
    if (typeof prompt === "string") return `"${pair[0]}": ${prompt}`;
    if (typeof completion === "string") return `"${pair[1]}": ${completion}`;
    const { tools, style } = readTools(row["tools"]);
    return {
      content: defined({ kind: "completion", prompt: prompt.turns, completion: completion.turns, tools }) as Content,
      style: defined({
        ...prompt.style,
        ...completion.style,
        ...style,
        prompt: pair[0] === "prompt" ? undefined : pair[0],
        completion: pair[1] === "completion" ? undefined : pair[1],
      }),
      used: [...pair, ...(tools === undefined ? [] : ["tools"])],
    };
  },
  write: (content, style) => {
    const split = promptAndCompletion(content);
    if (split === undefined) return unsupportedKind(content, "prompt-completion");
    return defined({
      [style["prompt"] ?? "prompt"]: writeTurns(split.prompt, style),
      [style["completion"] ?? "completion"]: writeTurns(split.completion, style),
      tools: writeTools(content.tools, style),
    });
  },
};

/** The completion is the last answer of a dialogue. */
function promptAndCompletion(
  content: Content,
): Pick<Extract<Content, { kind: "completion" }>, "prompt" | "completion"> | undefined {
  if (content.kind === "completion") return content;
  if (content.kind !== "chat" || content.messages.at(-1)?.role !== "assistant" || content.messages.length < 2)
    return undefined;
  return { prompt: content.messages.slice(0, -1), completion: content.messages.slice(-1) };
}

function pairIn(row: Fields): readonly [string, string] | undefined {
  return PROMPT_COMPLETION.find(([prompt, completion]) => isTurns(row[prompt]) && isTurns(asText(row[completion])));
}

function asText(value: unknown): unknown {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}
