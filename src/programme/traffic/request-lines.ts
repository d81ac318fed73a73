import { instantOf } from "./instant.ts";
import { totalProblem } from "./litellm-spend.ts";
import { partProblem } from "./openai-usage.ts";
import {
  countReader,
  type CountReader,
  type Fields,
  objectOf,
  type ReadUsage,
  textOf,
  type UsageRow,
} from "./usage-row.ts";

/** Fields with the time of a request, the usual ones first. */
const TIMES = ["timestamp", "created_at", "created", "startTime", "start_time", "time", "ts", "date", "datetime"];

/**
 * Reads one request: an answer of an OpenAI-compatible API or of Anthropic's with its `usage`, a line of a batch's
 * output, your own log with counts, or a request with only its texts, which are then counted with a tokenizer.
 * Anthropic's `input_tokens` exclude tokens that the cache answered or stored; all others include them.
 */
export function readRequestLine(fields: Fields, nowMs: number): ReadUsage {
  const body =
    objectOf(objectOf(fields["response"])?.["body"]) ?? objectOf(fields["response"]) ?? objectOf(fields["body"]);
  const reader = countReader();
  const usage = objectOf(fields["usage"]) ?? objectOf(body?.["usage"]);
  const counts = tokenCounts(usage ?? fields, reader);
  const texts = counts === undefined ? requestTexts(fields, body) : null;
  if (reader.problem() !== undefined) return { kind: "reject", reason: reader.problem()! };
  if (counts === undefined && texts === null) {
    return { kind: "skip", reason: "neither usage nor texts: a failed request, or an unknown format" };
  }
  const field = TIMES.find((name) => fields[name] !== undefined) ?? TIMES.find((name) => body?.[name] !== undefined);
  const start = field === undefined ? undefined : instantOf(fields[field] ?? body?.[field], nowMs);
  const wrong =
    (typeof start === "string" ? start : undefined) ??
    (counts && partProblem(counts.inputTokens, counts.cachedTokens, counts.cacheWriteTokens)) ??
    (counts && totalProblem(counts.inputTokens + counts.outputTokens, reader.count(usage ?? fields, "total_tokens")));
  if (typeof start === "string" || wrong !== undefined) return { kind: "reject", reason: wrong ?? "" };
  if (counts !== undefined && counts.inputTokens + counts.outputTokens === 0) {
    return { kind: "skip", reason: "the request has no tokens" };
  }
  return {
    kind: "row",
    id: textOf(fields, "request_id", "id", "custom_id") ?? (body ? textOf(body, "id") : null),
    startMs: start?.ms ?? null,
    spanMs: 0,
    isNaive: start?.isNaive ?? false,
    model: textOf(fields, "model") ?? (body ? textOf(body, "model") : null),
    requests: 1,
    ...(counts ?? { inputTokens: 0, outputTokens: 0, cachedTokens: null, cacheWriteTokens: null }),
    isBatch: fields["custom_id"] !== undefined && objectOf(fields["response"])?.["body"] !== undefined,
    usd: null,
    texts,
  };
}

type Counts = Pick<UsageRow, "inputTokens" | "outputTokens" | "cachedTokens" | "cacheWriteTokens">;

function tokenCounts(usage: Fields, { count }: CountReader): Counts | undefined {
  const input = count(usage, "prompt_tokens", "input_tokens", "inputTokens", "promptTokens");
  const output = count(usage, "completion_tokens", "output_tokens", "outputTokens", "completionTokens");
  if (input === null && output === null) return undefined;
  const details = objectOf(usage["prompt_tokens_details"]) ?? objectOf(usage["input_tokens_details"]);
  const [read, written] = [count(usage, "cache_read_input_tokens"), count(usage, "cache_creation_input_tokens")];
  const isAnthropic = details === undefined && usage["prompt_tokens"] === undefined && (read ?? written) !== null;
  return {
    inputTokens: (input ?? 0) + (isAnthropic ? (read ?? 0) + (written ?? 0) : 0),
    outputTokens: output ?? 0,
    cachedTokens: read ?? count(details, "cached_tokens") ?? count(usage, "cached_tokens"),
    cacheWriteTokens: written ?? count(details, "cache_write_tokens"),
  };
}

/** The texts of a request: its messages or prompt, and its answer. Null if there are none. */
export function requestTexts(fields: Fields, body: Fields | undefined): UsageRow["texts"] {
  const request = objectOf(fields["request"]) ?? objectOf(fields["body"]) ?? fields;
  const messages = Array.isArray(request["messages"])
    ? request["messages"]
    : Array.isArray(request["prompt"])
      ? request["prompt"]
      : undefined;
  const asked = messages?.map(contentOf) ?? [request["prompt"] ?? request["input"] ?? request["question"]].map(plain);
  const answers = [body, fields].flatMap((entry) => [
    ...(Array.isArray(entry?.["choices"])
      ? entry["choices"].map((choice: unknown) => contentOf(objectOf(choice)?.["message"]))
      : []),
    plain(entry?.["completion"] ?? entry?.["output"] ?? entry?.["answer"]),
  ]);
  const last = messages?.at(-1);
  const isAnswered = objectOf(last)?.["role"] === "assistant" && answers.every((text) => text === "");
  const input = (isAnswered ? asked.slice(0, -1) : asked).filter((text) => text !== "").join("\n");
  const output = isAnswered ? contentOf(last) : (answers.find((text) => text !== "") ?? plain(fields["response"]));
  return input === "" && output === "" ? null : { input, output };
}

/** The text of a message: its content, or the texts of its parts. */
function contentOf(message: unknown): string {
  const content = objectOf(message)?.["content"];
  if (!Array.isArray(content)) return plain(content);
  return content.map((part) => plain(objectOf(part)?.["text"])).join("");
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : "";
}
