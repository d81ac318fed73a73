import { withoutSecret } from "../../base/secret.ts";

/** Whom one question goes to. */
export type Line = {
  url: URL;
  model: string;
  key: string | undefined;
  maxTokens: number;
  timeoutMs: number;
  /** Fields that this endpoint refused once: they are not sent again. */
  refused: Set<string>;
};

/** What an endpoint said, the key taken out wherever it repeated it. */
export type ModelAnswer = {
  text: string;
  /** It declined, by a field of its own or by its filter. */
  isRefusal: boolean;
  /** The longest answer that was asked for ended it. */
  isCutOff: boolean;
  /** Tokens as the endpoint counts them; null where it does not. */
  input: number | null;
  output: number | null;
};

/** How one request ended. */
export type Attempt =
  | { kind: "answer"; answer: ModelAnswer }
  /**
   * `again`: another attempt may end otherwise; `astray`: what is there is no such endpoint, or nobody is; `fatal`: no
   * question can be answered; `isBilled`: the bill may count it.
   */
  | {
      kind: "failed";
      reason: string;
      next: "again" | "astray" | "at-once" | "never" | "fatal";
      isBilled: boolean;
      waitMs?: number;
    };

/** Most bytes of an answer that are read. */
const ANSWER_BYTES = 4_000_000;

/** Characters of an endpoint's own words in a message. */
const SHOWN = 160;

/** Answers that another attempt may change. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);

/** Answers that every question would get: no key, no right, no such model. */
const FATAL: ReadonlySet<number> = new Set([401, 402, 403, 404, 405]);

/** Errors of a connection over which nothing was sent. */
const UNSENT: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Fields that some endpoints do not take, and what stands in their place. */
const OPTIONAL = ["temperature", "seed", "max_tokens"] as const;

/**
 * Asks one question once. It never rejects: whatever goes wrong is an attempt with a reason. The text goes to the address
 * that was named and nowhere else: redirects are not followed.
 */
export async function askModel(line: Line, prompt: string): Promise<Attempt> {
  try {
    const response = await fetch(line.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(line.key === undefined ? {} : { authorization: `Bearer ${line.key}` }),
      },
      body: JSON.stringify(bodyOf(line, prompt)),
      redirect: "error",
      signal: AbortSignal.timeout(line.timeoutMs),
    });
    const text = withoutSecret(await textOf(response), line.key);
    if (response.status !== 200) return refusedWith(line, response, text);
    const answer = answerIn(text);
    if (typeof answer === "string" && isPage(response, text))
      return { kind: "failed", reason: "the answer is a web page, not JSON", next: "astray", isBilled: false };
    return typeof answer === "string"
      ? { kind: "failed", reason: answer, next: "again", isBilled: true }
      : { kind: "answer", answer };
  } catch (error) {
    return brokenBy(error, line);
  }
}

/** The same question gives the same body, so that an endpoint that can repeats its answer. */
function bodyOf({ model, maxTokens, refused }: Line, prompt: string): Record<string, unknown> {
  return {
    model,
    messages: [{ role: "user", content: prompt }],
    [refused.has("max_tokens") ? "max_completion_tokens" : "max_tokens"]: maxTokens,
    ...(refused.has("temperature") ? {} : { temperature: 0 }),
    ...(refused.has("seed") ? {} : { seed: 1 }),
  };
}

/** True for what a web site answers to any request, and a proxy or a sign-in page in front of an endpoint. */
function isPage({ headers }: Response, text: string): boolean {
  return (headers.get("content-type") ?? "").includes("text/html") || /^\s*<(?:!doctype|html|\?xml)/i.test(text);
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) throw new Error(`an answer of more than ${ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What a status other than 200 means. */
function refusedWith({ refused, key }: Line, { status, headers }: Response, text: string): Attempt {
  const said = withoutSecret(excerpt(messageIn(text)), key);
  const reason = `HTTP ${status}${said === "" ? "" : `: ${said}`}`;
  const failed = { kind: "failed", reason, isBilled: false } as const;
  if (status === 400 || status === 422) {
    const field = OPTIONAL.find((each) => !refused.has(each) && text.includes(each));
    if (field === undefined) return { ...failed, next: "never" };
    refused.add(field);
    return { ...failed, next: "at-once" };
  }
  if (FATAL.has(status)) return { ...failed, next: "fatal" };
  if (!PASSING.has(status)) return { ...failed, next: "never" };
  const waitMs = waitOf(headers.get("retry-after"));
  return { ...failed, next: "again", ...(waitMs === undefined ? {} : { waitMs }) };
}

/** Retry-After in milliseconds: seconds, or a date. */
function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const sec = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(sec) ? undefined : Math.max(0, sec * 1000);
}

function brokenBy(error: unknown, { key, timeoutMs, url }: Line): Attempt {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const isLate = error instanceof Error && error.name === "TimeoutError";
  const words = isLate ? `no answer within ${timeoutMs / 1000} s` : cause instanceof Error ? cause.message : "unknown";
  const reason = withoutSecret(excerpt(words === "" ? code : words), key);
  // Ports of other services, which the Fetch standard blocks: no attempt can end otherwise.
  if (words === "bad port") return { kind: "failed", reason: `bad port ${url.port}`, next: "fatal", isBilled: false };
  return UNSENT.has(code)
    ? { kind: "failed", reason, next: "astray", isBilled: false }
    : { kind: "failed", reason, next: "again", isBilled: true };
}

/** The answer of a completion, or what is wrong with it. */
function answerIn(text: string): ModelAnswer | string {
  const body = parsed(text);
  if (!isRecord(body)) return "the answer is no JSON object";
  const choice: unknown = Array.isArray(body["choices"]) ? body["choices"][0] : undefined;
  if (!isRecord(choice) || !isRecord(choice["message"])) return "the answer holds no message";
  const { content, refusal } = choice["message"];
  const finish = choice["finish_reason"];
  const usage = isRecord(body["usage"]) ? body["usage"] : {};
  return {
    text: typeof refusal === "string" && refusal !== "" ? refusal : contentText(content),
    isRefusal: (typeof refusal === "string" && refusal !== "") || finish === "content_filter",
    isCutOff: finish === "length",
    input: count(usage["prompt_tokens"]),
    output: count(usage["completion_tokens"]),
  };
}

/** Content as text: a string, or parts of which some are text. */
function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: unknown) => (isRecord(part) && typeof part["text"] === "string" ? part["text"] : ""))
    .join("");
}

function messageIn(text: string): string {
  const body = parsed(text);
  const error = isRecord(body) && "error" in body ? body["error"] : body;
  if (typeof error === "string") return error;
  if (!isRecord(error)) return text;
  const message = error["message"] ?? error["detail"];
  return typeof message === "string" ? message : JSON.stringify(error);
}

function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // the parser's own message would quote it
  }
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
