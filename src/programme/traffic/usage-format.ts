import { Failure } from "../../base/failure.ts";
import type { UsageFormat } from "../../domain/traffic-import.ts";
import { isLangfuse, readLangfuse } from "./langfuse-observations.ts";
import { isLitellmSpend, readLitellmSpend } from "./litellm-spend.ts";
import { isOpenaiUsage, readOpenaiUsage } from "./openai-usage.ts";
import { readRequestLine } from "./request-lines.ts";
import type { Fields, ReadUsage } from "./usage-row.ts";

/** Reads the fields of one row; `nowMs` is the clock, `bucket` the enclosing bucket. */
export type UsageReader = (fields: Fields, nowMs: number, bucket?: Fields) => ReadUsage;

/** The reader of each format. */
export const USAGE_READERS: Readonly<Record<UsageFormat, UsageReader>> = {
  "openai-usage": readOpenaiUsage,
  "litellm-spend": readLitellmSpend,
  "langfuse-observations": readLangfuse,
  requests: readRequestLine,
};

/** Fields of exports that state cost but no tokens. */
const COST_EXPORT = ["amount_value", "line_item"];

/** Fields that identify a request, in any format. */
const REQUEST_FIELDS =
  /^(?:usage|response|body|messages|choices|prompt|completion|(?:prompt|completion|input|output|promptT|completionT|inputT|outputT)_?[Tt]okens)$|_tokens$/;

/**
 * The format of a file by the fields of its first row.
 *
 * @throws Failure bad_input if they match no format, or an export of costs
 */
export function detectUsageFormat(fields: Fields, path: string): UsageFormat {
  if (isOpenaiUsage(fields)) return "openai-usage";
  if (isLitellmSpend(fields)) return "litellm-spend";
  if (isLangfuse(fields)) return "langfuse-observations";
  if (COST_EXPORT.every((name) => name in fields)) {
    throw new Failure("bad_input", `${path} is an export of costs: it has no tokens`, {
      hint: "export the usage instead: on OpenAI's page on usage, Export, completions; or /v1/organization/usage/completions",
    });
  }
  const names = Object.keys(fields);
  if (names.some((name) => REQUEST_FIELDS.test(name))) return "requests";
  throw new Failure("bad_input", `${path}: these fields match no known usage export: ${names.slice(0, 8).join(", ")}`, {
    hint: "known formats: OpenAI usage (CSV, JSON), LiteLLM spend logs, Langfuse observations, and requests with usage or texts; name one with --format",
  });
}
