import { instantOf } from "./instant.ts";
import { countReader, type CountReader, type Fields, objectOf, type ReadUsage, textOf } from "./usage-row.ts";

/** Fields whose combination identifies Langfuse observations. */
export function isLangfuse(fields: Fields): boolean {
  return (
    ("traceId" in fields && ("startTime" in fields || "type" in fields)) ||
    ("usageDetails" in fields && "startTime" in fields) ||
    ("trace_id" in fields && "usage_details" in fields)
  );
}

/**
 * Reads an observation of Langfuse: from the API's JSON, from an export as CSV, JSON or JSONL, or from its blob storage
 * (snake case). Only generations are requests to a model. The parts of `usageDetails` do not overlap: cached tokens are
 * not in `input`, so the input is the sum of all parts that begin with it and of the cache counts in Anthropic's
 * naming.
 *
 * @source langfuse/langfuse: ingestion types (prompt_tokens_details are taken off `input`), reduceUsageOrCostDetails,
 * fern/apis/server/definition/commons.yml, read 2026-11
 */
export function readLangfuse(fields: Fields, nowMs: number): ReadUsage {
  const type = textOf(fields, "type");
  if (type !== null && type.toUpperCase() !== "GENERATION") {
    return { kind: "skip", reason: `observation of type ${type.toUpperCase()}: not a model request` };
  }
  const unit = textOf(objectOf(fields["usage"]) ?? {}, "unit") ?? textOf(fields, "unit") ?? "TOKENS";
  if (unit.toUpperCase() !== "TOKENS") return { kind: "skip", reason: `usage in ${unit.toLowerCase()}, not in tokens` };
  const reader = countReader();
  const parts = usageParts(fields, reader);
  const start = instantOf(fields["startTime"] ?? fields["start_time"], nowMs);
  const wrong = reader.problem() ?? (typeof start === "string" ? start : undefined);
  if (wrong !== undefined || typeof start === "string") return { kind: "reject", reason: wrong ?? "" };
  if (parts === undefined || parts.inputTokens + parts.outputTokens === 0) {
    return { kind: "skip", reason: "the generation has no usage" };
  }
  return {
    kind: "row",
    id: textOf(fields, "id"),
    startMs: start.ms,
    spanMs: 0,
    isNaive: start.isNaive,
    model: textOf(fields, "model", "providedModelName", "provided_model_name"),
    requests: 1,
    ...parts,
    isBatch: false,
    usd: null,
    texts: null,
  };
}

type Parts = {
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number | null;
  cacheWriteTokens: number | null;
};

function usageParts(fields: Fields, { count }: CountReader): Parts | undefined {
  const details = objectOf(fields["usageDetails"]) ?? objectOf(fields["usage_details"]);
  if (details !== undefined && Object.keys(details).length > 0) {
    const sum = (wanted: (name: string) => boolean): number =>
      Object.keys(details)
        .filter((name) => wanted(name.toLowerCase()))
        .reduce((total, name) => total + (count(details, name) ?? 0), 0);
    const isWrite = (name: string): boolean => /cache_?(?:creation|write)/.test(name);
    const isCached = (name: string): boolean => /cache/.test(name) && !isWrite(name);
    return {
      inputTokens: sum((name) => name.startsWith("input") || name.startsWith("prompt") || name.startsWith("cache")),
      outputTokens: sum((name) => name.startsWith("output") || name.startsWith("completion")),
      cachedTokens: sum(isCached),
      cacheWriteTokens: sum(isWrite),
    };
  }
  const usage = objectOf(fields["usage"]) ?? fields;
  const inputTokens =
    count(usage, "input", "inputUsage", "promptTokens", "prompt_tokens") ?? count(fields, "inputUsage", "promptTokens");
  const outputTokens =
    count(usage, "output", "outputUsage", "completionTokens", "completion_tokens") ??
    count(fields, "outputUsage", "completionTokens");
  if (inputTokens === null && outputTokens === null) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0, cachedTokens: null, cacheWriteTokens: null };
}
