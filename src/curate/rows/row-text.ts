import type { RowFields, RowFormat } from "../../domain/dataset-profile.ts";
import { type Message, messagesOf, messageProblem, textOf } from "./messages.ts";

/** An answer, and its field. */
export type Answer = { field: string; text: string };

/** The trained text of a row, or the reason why it cannot be trained on. */
export type RowText =
  | {
      format: RowFormat;
      /** Texts in order: contents of messages, or prompt and completion. Without the special tokens of a template. */
      pieces: string[];
      /** Speakers of the pieces, if there are any. */
      roles: string;
      /** Tokens that a chat template or an end mark adds around the pieces. */
      templateTokens: number;
      /** The single answer of the row, which may be a class; undefined if it has several or none. */
      answer?: Answer | undefined;
      problem?: undefined;
    }
  | { format: RowFormat; problem: { finding: "empty" | "unknown-format" | "missing-field"; detail: string } };

/** A trainable row. */
export type TrainedText = Extract<RowText, { pieces: string[] }>;

/**
 * Tokens around one chat message: `<|im_start|> role \n … <|im_end|> \n` in ChatML. Llama 3 (`<|start_header_id|> role
 * <|end_header_id|> \n\n … <|eot_id|>`) and Gemma (`<start_of_turn> role \n … <end_of_turn> \n`) also have five.
 *
 * @source chat templates in the tokenizer_config.json of Qwen2.5, Llama-3.1 and Gemma-2, read 2026-11
 */
const TOKENS_PER_MESSAGE = 5;

/** Number of end-of-sequence tokens at the end of any other row. */
const TOKENS_PER_ROW = 1;

/** Pairs of field names for a prompt and its completion, the usual ones first. */
export const PROMPT_COMPLETION: readonly (readonly [prompt: string, completion: string])[] = [
  ["prompt", "completion"],
  ["prompt", "response"],
  ["question", "answer"],
  ["query", "response"],
  ["query", "answer"],
  ["input", "output"],
  ["input", "target"],
  ["problem", "solution"],
  ["question", "response"],
  ["prompt", "output"],
  ["prompt", "answer"],
  ["input", "label"],
  ["question", "label"],
  ["document", "summary"],
  ["dialogue", "summary"],
  ["article", "summary"],
  ["article", "highlights"],
  ["text", "summary"],
  // Classification, as the public datasets of the Hub name it.
  ...["text", "sentence", "content", "utterance", "review", "document"].flatMap((text) =>
    ["label", "labels", "category", "class", "intent", "sentiment"].map((label) => [text, label] as const),
  ),
];

type Row = Readonly<Record<string, unknown>>;

/**
 * Detects the format of a row by its fields, ignoring case, and extracts the trained text.
 *
 * @param named  fields with the text, if given; the format is then not detected
 */
export function rowText(fieldsOfRow: Row, named?: RowFields): RowText {
  if (named !== undefined) return namedFields(fieldsOfRow, named);
  const row = lowerCased(fieldsOfRow);
  if (Object.keys(row).length === 0) return problem("unknown", "empty", "the row has no fields");
  if ("chosen" in row || "rejected" in row) return preference(row, ["chosen", "rejected"]);
  if ("preferred_output" in row || "non_preferred_output" in row) {
    return preference(row, ["preferred_output", "non_preferred_output"]);
  }
  for (const field of ["messages", "conversations", "conversation"]) {
    if (field in row) return dialogue(row, field);
  }
  if ("instruction" in row) return alpaca(row);
  for (const pair of PROMPT_COMPLETION) {
    if (pair[0] in row && pair[1] in row) return promptCompletion(row, pair);
  }
  const names = Object.keys(row);
  if ("completion" in row)
    return problem("prompt-completion", "missing-field", 'there is a "completion" and no "prompt"');
  if (names.length === 1 && names[0] === "prompt") return fields("prompt", row, ["prompt"]);
  for (const field of ["text", "content"]) {
    if (field in row) return fields("text", row, [field]);
  }
  const shown = names.slice(0, 6).map((name) => `"${name.slice(0, 40)}"`);
  const detail = `fields ${shown.join(", ")}${names.length > 6 ? " and more" : ""} match no known format`;
  return problem("unknown", "unknown-format", detail);
}

/** Names as written, and in lower case if that name is free and unambiguous. */
function lowerCased(row: Row): Row {
  const names = Object.keys(row);
  const lower = names.map((name) => name.toLowerCase());
  if (lower.every((name, index) => name === names[index])) return row;
  const isFree = (name: string): boolean => !(name in row) && lower.indexOf(name) === lower.lastIndexOf(name);
  return Object.fromEntries(names.map((name, index) => [isFree(lower[index]!) ? lower[index] : name, row[name]]));
}

/** A row with fields named by the user, ignoring case if the name is unambiguous. */
function namedFields(row: Row, { prompt, completion, text }: RowFields): RowText {
  const nameIn = (name: string): string => {
    if (name in row) return name;
    const alike = Object.keys(row).filter((key) => key.toLowerCase() === name.toLowerCase());
    return alike.length === 1 ? alike[0]! : name;
  };
  return prompt !== undefined && completion !== undefined
    ? promptCompletion(row, [nameIn(prompt), nameIn(completion)])
    : fields("text", row, [nameIn(text!)]);
}

function promptCompletion(row: Row, pair: readonly [prompt: string, completion: string]): RowText {
  const found = fields("prompt-completion", row, pair);
  return found.problem ? found : { ...found, answer: { field: pair[1], text: found.pieces[1]! } };
}

function dialogue(row: Row, field: string): RowText {
  const { style, messages } = messagesOf(row[field]);
  const format = style === "sharegpt" ? "sharegpt" : "chat";
  if (messages === undefined) return problem(format, "missing-field", `"${field}" is not a list of messages`);
  if (messages.length === 0) return problem(format, "empty", `"${field}" is an empty list`);
  const wrong = messageProblem(messages);
  if (wrong !== undefined) return problem(format, wrong.finding, wrong.detail);
  return chat(format, [...extra(row), ...(messages as Message[])]);
}

/** A system prompt and tool declarations next to the messages; templates render them into the first message. */
function extra(row: Row): Message[] {
  return ["system", "tools"].flatMap((role) => {
    const value = row[role];
    if (value === undefined || value === null || value === "") return [];
    return [{ role, text: typeof value === "string" ? value : JSON.stringify(value), isAnswer: false }];
  });
}

function chat(format: RowFormat, messages: readonly Message[]): RowText {
  return {
    format,
    pieces: messages.map(({ text }) => text),
    roles: messages.map(({ role }) => role).join(","),
    templateTokens: TOKENS_PER_MESSAGE * messages.length,
    answer: onlyAnswer(messages),
  };
}

function onlyAnswer(messages: readonly Message[]): Answer | undefined {
  const answers = messages.filter(({ isAnswer }) => isAnswer);
  return answers.length === 1 ? { field: "assistant", text: answers[0]!.text } : undefined;
}

/** Prompt, chosen and rejected answer, each once; a method that passes the prompt twice must count it twice. */
function preference(row: Row, [chosen, rejected]: readonly [string, string]): RowText {
  const [good, bad] = [textOf(row[chosen]), textOf(row[rejected])];
  const missing = isBlank(good) ? chosen : isBlank(bad) ? rejected : undefined;
  if (missing !== undefined) return problem("preference", "missing-field", lacks(row, missing));
  const prompt = ["prompt", "conversations", "messages", "input", "instruction", "question", "system"]
    .map((field) => textOf(row[field]))
    .filter((text) => !isBlank(text));
  const pieces = [...(prompt as string[]), good!, bad!];
  return { format: "preference", pieces, roles: "", templateTokens: TOKENS_PER_MESSAGE * pieces.length };
}

/** Alpaca and similar: instruction, input, output; Dolly's context and response; a history of earlier turns. */
function alpaca(row: Row): RowText {
  const output = ["output", "response"].find((field) => field in row);
  if (Array.isArray(row["instances"])) {
    const parts = row["instances"].flatMap((element: unknown) =>
      element !== null && typeof element === "object"
        ? [textOf((element as Row)["input"]), textOf((element as Row)["output"])]
        : [],
    );
    return plain("alpaca", [textOf(row["instruction"]), ...parts]);
  }
  if (isBlank(textOf(row["instruction"])) && isBlank(textOf(row["input"]))) {
    return isBlank(textOf(row[output ?? "output"]))
      ? problem("alpaca", "empty", "instruction, input and output are blank")
      : problem("alpaca", "missing-field", lacks(row, "instruction"));
  }
  if (output === undefined || isBlank(textOf(row[output]))) {
    return problem("alpaca", "missing-field", lacks(row, output ?? "output"));
  }
  const history = Array.isArray(row["history"]) ? (row["history"] as unknown[]).flat().map(textOf) : [];
  const answer = textOf(row[output])!;
  const before = [textOf(row["system"]), ...history, textOf(row["instruction"])];
  const found = plain("alpaca", [...before, textOf(row["input"] ?? row["context"]), answer]);
  return { ...found, answer: { field: output, text: answer } };
}

/** A row whose text is in these fields, all of them required. */
function fields(format: RowFormat, row: Row, names: readonly string[]): RowText {
  const texts = names.map((name) => textOf(row[name]));
  const blank = texts.map(isBlank);
  if (!blank.includes(true)) return plain(format, texts);
  const missing = names[blank.indexOf(true)]!;
  if (blank.includes(false) || !(missing in row)) return problem(format, "missing-field", lacks(row, missing));
  return problem(
    format,
    "empty",
    `${names.map((name) => `"${name}"`).join(" and ")} ${names.length > 1 ? "are" : "is"} blank`,
  );
}

function plain(format: RowFormat, texts: readonly (string | undefined)[]): TrainedText {
  const pieces = texts.filter((text): text is string => text !== undefined && text !== "");
  return { format, pieces, roles: "", templateTokens: TOKENS_PER_ROW };
}

function problem(format: RowFormat, finding: "empty" | "unknown-format" | "missing-field", detail: string): RowText {
  return { format, problem: { finding, detail } };
}

function lacks(row: Row, field: string): string {
  if (!(field in row)) return `there is no "${field}"`;
  const value = row[field];
  if (value === null) return `"${field}" is null`;
  return textOf(value) === undefined ? `"${field}" is not text` : `"${field}" is blank`;
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === "";
}
