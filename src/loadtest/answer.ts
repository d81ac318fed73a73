import { isRecord } from "../base/json-values.ts";
import type { LoadTestRequest } from "../domain/loadtest-request.ts";

/** State of an answer while it is read. */
export type Answer = {
  /** Clock times of the first and last chunk with content, milliseconds; NaN before the first one. */
  firstMs: number;
  lastMs: number;
  chunks: number;
  maxGapMs: number;
  /** Gaps between chunks with content, milliseconds. */
  gapsMs: number[];
  usage: Usage | undefined;
  finishReason: string | null;
  isDone: boolean;
  /** The first error. */
  fault: string | undefined;
};

/** Token counts reported by the server. */
type Usage = { input: number | null; output: number | null; cached: number | null };

/** Creates the state of an answer without any content. */
export function emptyAnswer(): Answer {
  return {
    firstMs: Number.NaN,
    lastMs: Number.NaN,
    chunks: 0,
    maxGapMs: 0,
    gapsMs: [],
    usage: undefined,
    finishReason: null,
    isDone: false,
    fault: undefined,
  };
}

/**
 * Processes the data of one event of a chat or completions stream, received at a time of the clock. A first chunk that
 * contains only the role is not content; text, reasoning, refusals and tool calls are. Usage may come in a separate
 * chunk or in each.
 */
export function readEvent(answer: Answer, data: string, atMs: number): void {
  if (answer.isDone) return;
  if (data === "[DONE]") {
    answer.isDone = true;
    return;
  }
  const event = parsed(data);
  if (!isRecord(event)) {
    answer.fault ??= `an event is not a JSON object: ${excerpt(data)}`;
    return;
  }
  const error = event["object"] === "error" ? event : event["error"]; // older releases of vLLM do not nest it
  if (error !== undefined && error !== null) {
    answer.fault ??= `error in the stream: ${errorWords(error)}`;
    return;
  }
  readUsage(answer, event["usage"]);
  const choices = event["choices"];
  if (!Array.isArray(choices)) return; // a ping, or an event added by a gateway
  let hasContent = false;
  for (const choice of choices as unknown[]) {
    if (!isRecord(choice)) continue;
    hasContent ||= holdsContent(choice);
    if (typeof choice["finish_reason"] === "string") answer.finishReason = excerpt(choice["finish_reason"]);
  }
  if (hasContent) addChunk(answer, atMs);
}

function addChunk(answer: Answer, atMs: number): void {
  if (answer.chunks === 0) answer.firstMs = atMs;
  else {
    const gap = atMs - answer.lastMs;
    answer.gapsMs.push(gap);
    if (gap > answer.maxGapMs) answer.maxGapMs = gap;
  }
  answer.lastMs = atMs;
  answer.chunks += 1;
}

const TEXT_FIELDS = ["content", "reasoning_content", "reasoning", "refusal"] as const;

function holdsContent(choice: Record<string, unknown>): boolean {
  if (isText(choice["text"])) return true; // completions
  const delta = choice["delta"];
  if (!isRecord(delta)) return false;
  if (TEXT_FIELDS.some((field) => isText(delta[field]))) return true;
  const calls = delta["tool_calls"];
  return (Array.isArray(calls) && calls.length > 0) || isRecord(delta["function_call"]);
}

/** Reads the counts of a usage object; a later one replaces an earlier one. */
function readUsage(answer: Answer, usage: unknown): void {
  if (!isRecord(usage)) return;
  const details = usage["prompt_tokens_details"];
  answer.usage = {
    input: count(usage["prompt_tokens"]),
    output: count(usage["completion_tokens"]),
    cached: isRecord(details) ? count(details["cached_tokens"]) : null,
  };
}

/** The token counts of an answer for its record: the server's if reported. */
export function tokensOf({
  usage,
  chunks,
}: Answer): Pick<LoadTestRequest, "inputTokens" | "cachedTokens" | "outputTokens" | "countedBy"> {
  const isCounted = usage?.output !== undefined && usage.output !== null;
  return {
    inputTokens: usage?.input ?? null,
    cachedTokens: usage?.cached ?? null,
    outputTokens: isCounted ? usage.output! : chunks,
    countedBy: isCounted ? "usage" : "chunks",
  };
}

/** Finish reasons by which engines report that they aborted a request: vLLM has both, SGLang `abort`. */
const GIVEN_UP = ["abort", "error"];

/** The error of an answer whose stream has ended, or undefined. */
export function faultOf(answer: Answer): string | undefined {
  if (answer.fault !== undefined) return answer.fault;
  if (answer.finishReason !== null && GIVEN_UP.includes(answer.finishReason)) {
    return `the server aborted it: finish reason ${answer.finishReason}`;
  }
  if (!answer.isDone && answer.finishReason === null) {
    return answer.chunks === 0 ? "the stream ended before any token" : "the stream ended before it was done";
  }
  if (answer.chunks === 0) return "success without a token";
  return tokensOf(answer).outputTokens === 0 ? "success with a usage of 0 output tokens" : undefined;
}

/** The message of an error object of the API. */
export function errorWords(error: unknown): string {
  const message = isRecord(error) ? (error["message"] ?? error["detail"] ?? error["type"]) : error;
  return excerpt(typeof message === "string" ? message : (JSON.stringify(error) ?? "unknown"));
}

/** The start of a text, on one line. */
export function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
