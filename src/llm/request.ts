import { endpointOf } from "../base/api-endpoint.ts";
import { Failure } from "../base/failure.ts";
import { canonicalJson, sha256 } from "../base/hash.ts";

/** An OpenAI-compatible model. */
export type LlmEndpoint = {
  /** Address of the server, in any form that `endpointOf` accepts. */
  url: string;
  /** Default: chat. */
  api?: "chat" | "completions" | "embeddings" | undefined;
  /** Model, as the server calls it. */
  model: string;
  /** Bearer token; undefined if the server wants none. */
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
  /** Default of this field and of `seed`: the server's own. */
  temperature?: number | undefined;
  seed?: number | undefined;
  /** Answers to one request. Default: 1. */
  n?: number | undefined;
  /** Further fields of the body: `response_format`, `stop`, `top_p`, `tools` ... */
  extra?: Readonly<Record<string, unknown>> | undefined;
  /** Index among several answers to an equal request: equal requests with equal draws share one answer. Default: 0. */
  draw?: number | undefined;
  /** Name in the journal and the cache. Default: `requestKey`. */
  key?: string | undefined;
  /** Returned with the result; never sent. */
  metadata?: Readonly<Record<string, string>> | undefined;
};

/** Fields that some servers refuse, and that an answer does not need. */
export const OPTIONAL_FIELDS = ["temperature", "seed", "max_tokens"] as const;

/** An optional field of a body. */
export type OptionalField = (typeof OPTIONAL_FIELDS)[number];

/**
 * Body of a request, without the fields that the server refused before; `max_completion_tokens` replaces `max_tokens`.
 *
 * @throws Failure bad_input for a conversation that goes to the completions API
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
  if (api === "embeddings") return { ...extra, model }; // the texts are extra.input, the prompt is what they come to
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

/** Hash of everything that an answer depends on: address, API, body and draw. */
export function requestKey(endpoint: LlmEndpoint, request: LlmRequest): string {
  const { url, api = "chat" } = endpoint;
  const { shown } = endpointOf({ url, api });
  return sha256(canonicalJson({ endpoint: shown, body: bodyOf(endpoint, request), draw: request.draw ?? 0 }));
}

/** Bytes of a prompt's text, an upper bound of its tokens for any tokenizer. */
export function promptText({ prompt }: Pick<LlmRequest, "prompt">): string {
  return typeof prompt === "string" ? prompt : prompt.map(({ content }) => content).join("\n");
}
