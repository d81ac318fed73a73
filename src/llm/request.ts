import { endpointOf } from "../base/api-endpoint.ts";
import { Failure } from "../base/failure.ts";
import { canonicalJson, sha256 } from "../base/hash.ts";

/** An OpenAI-compatible model. */
export type LlmEndpoint = {
  /** Address of the server, in any form that `endpointOf` accepts. */
  url: string;
  /** Default: chat. */
  api?: "chat" | "completions" | "embeddings" | undefined;
  /** Model name used by the server. */
  model: string;
  /** Bearer token; undefined if the server does not require one. */
  key?: string | undefined;
};

/** One turn of a conversation. */
export type LlmMessage = { role: "system" | "user" | "assistant"; content: string };

/** A request to a model. */
export type LlmRequest = {
  /** The caller's id, returned with the result. */
  id: string;
  /** A text (for chat: one user message), or a conversation. */
  prompt: string | readonly LlmMessage[];
  maxTokens: number;
  /** Default for this field and for `seed`: the server's own. */
  temperature?: number | undefined;
  seed?: number | undefined;
  /** Number of answers to the request. Default: 1. */
  n?: number | undefined;
  /** Further fields of the body: `response_format`, `stop`, `top_p`, `tools` ... */
  extra?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Index among several answers to an equal request: requests that are equal, including this index, share one answer.
   * Default: 0.
   */
  draw?: number | undefined;
  /** Name in the journal and the cache. Default: `requestKey`. */
  key?: string | undefined;
  /** Returned with the result; never sent. */
  metadata?: Readonly<Record<string, string>> | undefined;
};

/** Fields that some servers refuse, and that are not essential for an answer. */
export const OPTIONAL_FIELDS = ["temperature", "seed", "max_tokens"] as const;

/** An optional field of a body. */
export type OptionalField = (typeof OPTIONAL_FIELDS)[number];

/**
 * Body of a request, without the fields that the server refused before. `max_completion_tokens` replaces `max_tokens`.
 *
 * @throws Failure bad_input for a conversation that is sent to the completions API
 */
export function bodyOf(
  { api = "chat", model }: LlmEndpoint,
  { prompt, maxTokens, temperature, seed, n = 1, extra }: LlmRequest,
  refused: ReadonlySet<OptionalField> = new Set(),
): Record<string, unknown> {
  if (api === "completions" && typeof prompt !== "string") {
    throw new Failure("bad_input", "the completions API accepts a text, not a conversation", {
      hint: "use the chat API, or apply the chat template first",
    });
  }
  if (api === "embeddings") return { ...extra, model }; // the texts are in extra.input; the prompt is for counting
  const content = typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
  return {
    ...extra,
    model,
    ...(api === "chat" ? { messages: content } : { prompt }),
    [refused.has("max_tokens") ? "max_completion_tokens" : "max_tokens"]: maxTokens,
    ...(temperature === undefined || refused.has("temperature") ? {} : { temperature }),
    ...(seed === undefined || refused.has("seed") ? {} : { seed }),
    ...(n === 1 ? {} : { n }),
  };
}

/** Hash of everything that determines an answer: address, API, body and draw. */
export function requestKey(endpoint: LlmEndpoint, request: LlmRequest): string {
  const { url, api = "chat" } = endpoint;
  const { shown } = endpointOf({ url, api });
  return sha256(canonicalJson({ endpoint: shown, body: bodyOf(endpoint, request), draw: request.draw ?? 0 }));
}

/** Text of a prompt, whose number of bytes is an upper bound of its tokens for any tokenizer. */
export function promptText({ prompt }: Pick<LlmRequest, "prompt">): string {
  return typeof prompt === "string" ? prompt : prompt.map(({ content }) => content).join("\n");
}
