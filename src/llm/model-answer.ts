import { isRecord } from "../base/json-values.ts";

/** Response of an endpoint. */
export type ModelAnswer = {
  /** One text per requested answer. */
  texts: readonly string[];
  /** The model refused, as shown by a separate field or by its filter. */
  isRefusal: boolean;
  /** The answer was truncated at the requested maximum length. */
  isCutOff: boolean;
  /** Tokens as counted by the endpoint; null if not reported. */
  input: number | null;
  output: number | null;
  /** Model and build that answered, as reported by the endpoint; null if not reported. */
  servedModel: string | null;
  fingerprint: string | null;
  /** Id of the answer given by the endpoint; null if there is none. */
  responseId: string | null;
};

/** Number of characters of an endpoint's error text that are shown in a message. */
const SHOWN = 160;

/** The answer in a response of chat/completions, completions or embeddings (each vector as JSON), or its problem. */
export function answerIn(text: string): ModelAnswer | string {
  const body = parsed(text);
  if (!isRecord(body)) return "the answer is not a JSON object";
  if (Array.isArray(body["data"])) return vectorsIn(body, body["data"]);
  const choices: readonly unknown[] = Array.isArray(body["choices"]) ? body["choices"] : [];
  const read = choices.map(choiceOf);
  if (read.length === 0 || read.includes(undefined)) return "the answer contains no message";
  const all = read as Choice[];
  const usage = isRecord(body["usage"]) ? body["usage"] : {};
  return {
    texts: all.map((choice) => choice.text),
    isRefusal: all.some(({ isRefusal }) => isRefusal),
    isCutOff: all.some(({ isCutOff }) => isCutOff),
    input: count(usage["prompt_tokens"]),
    output: count(usage["completion_tokens"]),
    servedModel: wordIn(body["model"]),
    fingerprint: wordIn(body["system_fingerprint"]),
    responseId: wordIn(body["id"]),
  };
}

function vectorsIn(body: Record<string, unknown>, data: readonly unknown[]): ModelAnswer | string {
  const vectors = data.filter(isRecord).toSorted((a, b) => Number(a["index"] ?? 0) - Number(b["index"] ?? 0));
  const texts = vectors.map(({ embedding }) =>
    Array.isArray(embedding) && embedding.length > 0 && embedding.every((value) => Number.isFinite(value))
      ? JSON.stringify(embedding)
      : "",
  );
  if (texts.length === 0 || texts.length < data.length || texts.includes("")) return "the answer contains no vector";
  const usage = isRecord(body["usage"]) ? body["usage"] : {};
  return {
    texts,
    isRefusal: false,
    isCutOff: false,
    input: count(usage["prompt_tokens"]),
    output: 0,
    servedModel: wordIn(body["model"]),
    fingerprint: null,
    responseId: wordIn(body["id"]),
  };
}

/** The error text of an endpoint. */
export function errorIn(text: string): string {
  const body = parsed(text);
  const error = isRecord(body) && "error" in body ? body["error"] : body;
  if (typeof error === "string") return error;
  if (!isRecord(error)) return text;
  const message = error["message"] ?? error["detail"];
  return typeof message === "string" ? message : JSON.stringify(error);
}

/** A text on one line, shortened for a message. */
export function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}

type Choice = { text: string; isRefusal: boolean; isCutOff: boolean };

function choiceOf(choice: unknown): Choice | undefined {
  if (!isRecord(choice)) return undefined;
  const finish = choice["finish_reason"];
  const ended = { isRefusal: finish === "content_filter", isCutOff: finish === "length" };
  if (isRecord(choice["message"])) {
    const { content, refusal } = choice["message"];
    if (typeof refusal === "string" && refusal !== "") return { ...ended, text: refusal, isRefusal: true };
    return { ...ended, text: callsText(choice["message"]["tool_calls"]) ?? contentText(content) };
  }
  return typeof choice["text"] === "string" ? { ...ended, text: choice["text"] } : undefined;
}

/** Tool calls as JSON: a list of names and arguments; undefined if there are none. */
function callsText(calls: unknown): string | undefined {
  if (!Array.isArray(calls) || calls.length === 0) return undefined;
  const named = calls.flatMap((call: unknown) =>
    isRecord(call) && isRecord(call["function"]) ? [call["function"]] : [],
  );
  return JSON.stringify(
    named.map(({ name, arguments: given }) => {
      const read = typeof given === "string" ? parsed(given) : given;
      return { name, arguments: read === undefined ? given : read };
    }),
  );
}

/** Content as text: a string, or the concatenated text parts. */
function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: unknown) => (isRecord(part) && typeof part["text"] === "string" ? part["text"] : ""))
    .join("");
}

function wordIn(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.slice(0, 200) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // the parser's own message would quote the text
  }
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
