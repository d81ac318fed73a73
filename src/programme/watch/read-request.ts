import { instantOf } from "../traffic/instant.ts";
import { isLangfuse, readLangfuse } from "../traffic/langfuse-observations.ts";
import { isLitellmSpend, readLitellmSpend } from "../traffic/litellm-spend.ts";
import { readRequestLine, requestTexts } from "../traffic/request-lines.ts";
import { type Fields, objectOf } from "../traffic/usage-row.ts";

/** A request as stored in a file, with its texts. */
export type RawRequest = {
  /** Null if the row has none. */
  id: string | null;
  timeMs: number;
  user: string | null;
  model: string | null;
  slice: string | null;
  /** False for a row of an export of usage, whose texts are empty. */
  hasText: boolean;
  prompt: string;
  answer: string;
  latencySec: number | null;
  /** Decimal string, US dollars. */
  costUsd: string | null;
  feedback: -1 | 0 | 1 | null;
  /** Answer that is known to be right; null if the row has none. */
  reference: string | null;
};

/** Settings for reading rows. */
export type ReadRequestOptions = {
  nowMs: number;
  /** Field whose value is the slice of a request; default: `slice`. */
  sliceField?: string | undefined;
};

const TIMES = ["timestamp", "time", "created_at", "created", "startTime", "start_time", "ts", "date"];
const USERS = ["user", "user_id", "userId", "session_id", "sessionId", "conversation_id"];
const IDS = ["id", "request_id", "requestId", "custom_id", "trace_id"];

const REFERENCES = ["reference_answer", "referenceAnswer", "expected", "ideal", "ground_truth"];

/** `calculatedTotalCost` and `totalCost`: Langfuse. `spend`: LiteLLM. */
const COSTS = ["cost_usd", "costUsd", "cost", "spend", "calculatedTotalCost", "totalCost", "total_cost"];

/** Longest text of a prompt or an answer, characters. */
const MOST_CHARACTERS = 1_000_000;

/**
 * Reads one request with its texts and other fields: messages or a prompt, and an answer, in the format of OpenAI's
 * API, of its batches, or of your own log. A row of an export of usage (LiteLLM, Langfuse, a log with token counts) may
 * lack texts.
 *
 * @returns the request, or the reason why the row is not one, in words
 */
export function readRequest(fields: Fields, { nowMs, sliceField = "slice" }: ReadRequestOptions): RawRequest | string {
  const response = objectOf(fields["response"]);
  const body = objectOf(response?.["body"]) ?? response ?? objectOf(fields["body"]);
  const time = first(fields, TIMES) ?? first(body, TIMES);
  if (time === undefined) return `no time: expected a field such as ${TIMES.slice(0, 2).join(" or ")}`;
  const instant = instantOf(time, nowMs);
  if (typeof instant === "string") return instant;
  const texts = requestTexts(fields, body);
  const hasText = texts !== null && texts.input !== "";
  const missing = hasText ? undefined : usageProblem(fields, nowMs);
  if (missing !== undefined) return missing;
  const [prompt, answer] = hasText ? [texts.input, texts.output] : ["", ""];
  if (prompt.length > MOST_CHARACTERS || answer.length > MOST_CHARACTERS) {
    return `a text of more than ${MOST_CHARACTERS.toLocaleString("en-US")} characters`;
  }
  const latency = latencyOf(fields, nowMs);
  const cost = moneyOf(first(fields, COSTS));
  const feedback = feedbackOf(first(fields, ["feedback", "rating", "score", "thumbs"]));
  const wrong = [latency, feedback].find((text) => typeof text === "string") ?? cost.problem;
  if (wrong !== undefined) return wrong;
  return {
    id: textOf(first(fields, IDS) ?? first(body, ["id"])),
    timeMs: Math.round(instant.ms),
    user: textOf(first(fields, USERS)),
    model: textOf(fields["model"] ?? body?.["model"]),
    slice: textOf(fields[sliceField]),
    hasText,
    prompt: prompt.replaceAll(LONE_SURROGATE, "\uFFFD"),
    answer: answer.replaceAll(LONE_SURROGATE, "\uFFFD"),
    latencySec: latency as number | null,
    costUsd: cost.usd,
    feedback: feedback as RawRequest["feedback"],
    reference: referenceOf(first(fields, REFERENCES)),
  };
}

const NO_PROMPT = "no prompt: expected messages, prompt or input";

/** Why a row without a prompt is no request of an export of usage either; undefined if it is one. */
function usageProblem(fields: Fields, nowMs: number): string | undefined {
  const read = isLitellmSpend(fields)
    ? readLitellmSpend(fields, nowMs)
    : isLangfuse(fields)
      ? readLangfuse(fields, nowMs)
      : undefined;
  if (read !== undefined) return "reason" in read ? read.reason : undefined;
  const line = readRequestLine(fields, nowMs);
  return line.kind === "row" && line.texts === null ? undefined : NO_PROMPT;
}

/** Half of a surrogate pair, which UTF-8 cannot represent. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

function first(fields: Fields | undefined, names: readonly string[]): unknown {
  const name = names.find((name) => fields?.[name] !== undefined && fields[name] !== null);
  return name === undefined ? undefined : fields![name];
}

function textOf(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : value.slice(0, 200);
  return typeof value === "number" ? String(value) : null;
}

function referenceOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.slice(0, MOST_CHARACTERS) : null;
}

/** A number of 0 or more; null if there is none; its problem in words if it is invalid. */
function numberOf(value: unknown): number | string | null {
  if (value === undefined || value === null || value === "") return null;
  const number = typeof value === "number" ? value : typeof value === "string" ? Number(value) : Number.NaN;
  return Number.isFinite(number) && number >= 0
    ? number
    : `${JSON.stringify(value)?.slice(0, 40)} is not a number of 0 or more`;
}

/** Decimals of a cost: a token may cost less than a millionth of a dollar. */
const DECIMALS = 12;

/** An amount as a decimal string, without an exponent; or its problem in words. */
function moneyOf(value: unknown): { usd: string | null; problem?: string } {
  const number = numberOf(value);
  if (typeof number === "string") return { usd: null, problem: number };
  return { usd: number === null ? null : number.toFixed(DECIMALS).replace(/\.?0+$/, "") };
}

/** Times between which an export of usage measured a request. */
const [STARTS, ENDS] = [
  ["startTime", "start_time"],
  ["endTime", "end_time"],
];

function latencyOf(fields: Fields, nowMs: number): number | string | null {
  const milliseconds = numberOf(first(fields, ["latency_ms", "latencyMs", "duration_ms", "response_time_ms"]));
  if (typeof milliseconds === "number") return milliseconds / 1000;
  const seconds = milliseconds ?? numberOf(first(fields, ["latency_sec", "latencySec", "latency", "duration"]));
  if (seconds !== null) return seconds;
  const [start, end] = [first(fields, STARTS), first(fields, ENDS)].map((time) => instantOf(time, nowMs));
  return typeof start === "object" && typeof end === "object" && end.ms >= start.ms ? (end.ms - start.ms) / 1000 : null;
}

const RATINGS: Readonly<Record<string, -1 | 0 | 1>> = {
  up: 1,
  good: 1,
  positive: 1,
  like: 1,
  true: 1,
  down: -1,
  bad: -1,
  negative: -1,
  dislike: -1,
  false: -1,
  neutral: 0,
};

/** A rating as -1, 0 or 1: its sign if it is a number, its word otherwise. */
function feedbackOf(value: unknown): -1 | 0 | 1 | string | null {
  if (value === undefined || value === "") return null;
  if (typeof value === "number" && Number.isFinite(value)) return value === 0 ? 0 : value < 0 ? -1 : 1;
  const known = RATINGS[JSON.stringify(value).replaceAll('"', "").toLowerCase()];
  return known ?? `${JSON.stringify(value)?.slice(0, 40)} is not a rating: expected -1, 0, 1, "up" or "down"`;
}
