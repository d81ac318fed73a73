import { instantOf } from "./instant.ts";
import { countReader, type Fields, isEmpty, isTrue, type ReadUsage, textOf } from "./usage-row.ts";

/** Fields whose combination identifies OpenAI's usage export. */
export function isOpenaiUsage(fields: Fields): boolean {
  return (
    "num_model_requests" in fields ||
    "n_context_tokens_total" in fields ||
    (fields["object"] === "bucket" && Array.isArray(fields["results"]))
  );
}

/** Buckets of the API are at most a day; one of more than a year is an error, and its hours would fill the memory. */
const MAX_SPAN_MS = 366 * 86_400_000;

/**
 * Reads a row of OpenAI's usage: one line of the dashboard's CSV, or one result of a bucket of
 * `/v1/organization/usage/completions`. `input_tokens` includes the cached and the cache-write tokens. An empty bucket
 * shows that the export covers that time.
 *
 * @param bucket the bucket that contains the result, in the JSON of the API
 * @source openai/openai-openapi at f85dbe2 (2026-08-21), UsageCompletionsResult; header of a CSV of 2025-10
 */
export function readOpenaiUsage(fields: Fields, nowMs: number, bucket: Fields = fields): ReadUsage {
  const object = textOf(fields, "object");
  if (object !== null && !/completions\.result$|^bucket$/.test(object)) {
    return {
      kind: "skip",
      reason: `${object.replace(/^organization\.usage\.|\.result$/g, "")}: not text generation`,
    };
  }
  const start = instantOf(bucket["start_time"] ?? bucket["start_time_iso"] ?? fields["timestamp"], nowMs);
  if (typeof start === "string") return { kind: "reject", reason: start };
  const end = instantOf(bucket["end_time"] ?? bucket["end_time_iso"] ?? "", Number.MAX_SAFE_INTEGER);
  const spanMs = typeof end === "string" ? 86_400_000 : end.ms - start.ms;
  if (spanMs <= 0) return { kind: "reject", reason: "end_time is not after start_time" };
  if (spanMs > MAX_SPAN_MS) return { kind: "reject", reason: "end_time is more than a year after start_time" };
  if (isEmpty(fields["input_tokens"]) && isEmpty(fields["n_context_tokens_total"])) {
    return { kind: "empty", startMs: start.ms, spanMs };
  }
  const { count, problem } = countReader();
  const inputTokens = count(fields, "input_tokens", "n_context_tokens_total") ?? 0;
  const outputTokens = count(fields, "output_tokens", "n_generated_tokens_total") ?? 0;
  const cachedTokens = count(fields, "input_cached_tokens", "n_cached_context_tokens_total");
  const cacheWriteTokens = count(fields, "input_cache_write_tokens");
  const requests = count(fields, "num_model_requests", "n_requests");
  const wrong = problem() ?? partProblem(inputTokens, cachedTokens, cacheWriteTokens);
  if (wrong !== undefined) return { kind: "reject", reason: wrong };
  return {
    kind: "row",
    id: null,
    startMs: start.ms,
    spanMs,
    isNaive: start.isNaive,
    model: textOf(fields, "model", "snapshot_id"),
    requests,
    inputTokens,
    outputTokens,
    cachedTokens,
    cacheWriteTokens,
    isBatch: isTrue(fields["batch"]),
    usd: null,
    texts: null,
  };
}

/** Error if parts of the input exceed the input. */
export function partProblem(input: number, cached: number | null, written: number | null): string | undefined {
  const parts = (cached ?? 0) + (written ?? 0);
  return parts > input
    ? `${parts} cached tokens are more than the ${input} input tokens that they are part of`
    : undefined;
}
