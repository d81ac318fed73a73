import { instantOf } from "./instant.ts";
import { partProblem } from "./openai-usage.ts";
import { countReader, type Fields, isTrue, objectOf, type ReadUsage, textOf } from "./usage-row.ts";

/** Calls without generated text: their tokens are not traffic of a served language model. */
const OTHER_CALLS = /embedding|image|transcription|speech|moderation|rerank|file|batch_(?:create|retrieve)|health/i;

/** Fields whose combination identifies a LiteLLM spend log. */
export function isLitellmSpend(fields: Fields): boolean {
  return "request_id" in fields && "prompt_tokens" in fields && ("spend" in fields || "call_type" in fields);
}

/**
 * Reads a row of LiteLLM's spend logs: `LiteLLM_SpendLogs` as CSV, or the JSON of `/spend/logs`. Prompt tokens include
 * the cached ones, whose counts are in `metadata`. Failed calls have no tokens; requests answered by LiteLLM's own
 * response cache never reached a model.
 *
 * @source BerriAI/litellm: schema.prisma, spend_tracking_utils.py (additional_usage_values, usage_object), read 2026-11
 */
export function readLitellmSpend(fields: Fields, nowMs: number): ReadUsage {
  const metadata = objectOf(fields["metadata"]);
  const call = textOf(fields, "call_type") ?? "";
  if (OTHER_CALLS.test(call)) return { kind: "skip", reason: `call_type ${call}: not text generation` };
  if (isTrue(fields["cache_hit"]))
    return { kind: "skip", reason: "answered by LiteLLM's response cache: no model was asked" };
  const { count, problem } = countReader();
  const inputTokens = count(fields, "prompt_tokens") ?? 0;
  const outputTokens = count(fields, "completion_tokens") ?? 0;
  const total = count(fields, "total_tokens");
  const usage = objectOf(metadata?.["usage_object"]) ?? objectOf(metadata?.["additional_usage_values"]);
  const details = objectOf(usage?.["prompt_tokens_details"]);
  const cachedTokens = count(usage, "cache_read_input_tokens") ?? count(details, "cached_tokens");
  const cacheWriteTokens = count(usage, "cache_creation_input_tokens") ?? count(details, "cache_write_tokens");
  const start = instantOf(fields["startTime"] ?? fields["start_time"], nowMs);
  const wrong =
    problem() ??
    partProblem(inputTokens, cachedTokens, cacheWriteTokens) ??
    totalProblem(inputTokens + outputTokens, total) ??
    (typeof start === "string" ? start : undefined);
  if (wrong !== undefined || typeof start === "string") return { kind: "reject", reason: wrong ?? "" };
  if (inputTokens + outputTokens === 0) {
    const failed = textOf(fields, "status") === "failure" || metadata?.["status"] === "failure";
    return { kind: "skip", reason: failed ? "the call failed" : "the call has no tokens" };
  }
  return {
    kind: "row",
    id: textOf(fields, "request_id"),
    startMs: start.ms,
    spanMs: 0,
    isNaive: start.isNaive,
    model: textOf(fields, "model_group", "model"),
    requests: 1,
    inputTokens,
    outputTokens,
    cachedTokens,
    cacheWriteTokens,
    isBatch: /batch/i.test(call),
    usd: usdOf(fields["spend"]),
    texts: null,
  };
}

/** Error if a stated total differs greatly from the sum of its parts, which indicates a changed unit or column. */
export function totalProblem(parts: number, total: number | null): string | undefined {
  if (total === null || parts === 0 || total === 0) return undefined;
  const factor = total / parts;
  return factor > 100 || factor < 0.01
    ? `total_tokens is ${total}, but its parts add up to ${parts}: they are in different units`
    : undefined;
}

function usdOf(value: unknown): number | null {
  const usd =
    typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  return Number.isFinite(usd) ? usd : null;
}
