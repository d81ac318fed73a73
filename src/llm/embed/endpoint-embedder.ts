import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { askMany } from "../ask-many.ts";
import type { AskLimits } from "../asking.ts";
import type { LlmEndpoint, LlmRequest } from "../request.ts";
import type { TokenPrice } from "../token-price.ts";
import { type Embedder, unitVector, withoutRepeats } from "./embedder.ts";

/** Number of texts per request. */
const BATCH = 32;

/** An embedding endpoint with its limits. */
export type EmbeddingEndpoint = {
  endpoint: Omit<LlmEndpoint, "api">;
  limits: AskLimits;
  price: TokenPrice;
  /** Cap in US dollars on all vectors; undefined for no cap. */
  spendCapUsd: string | undefined;
  /** File of vectors that were paid for; without it, an interrupted run requests all of them again. */
  journal?: string | undefined;
  now: Clock;
};

/** Vectors from an OpenAI-compatible endpoint, 32 texts per request, with the retries and the cap of `askMany`. */
export function endpointEmbedder(asked: EmbeddingEndpoint): Embedder {
  let dimension: number | undefined;
  let [pico, inputTokens, requests] = [0n, 0, 0];
  const isPaid = asked.price.cost !== undefined;
  const embed = async (texts: readonly string[], signal: AbortSignal | undefined): Promise<Float32Array[]> => {
    const { endpoint, spendCapUsd, ...around } = asked;
    const left = spendCapUsd === undefined ? undefined : parseMoney(spendCapUsd) - pico;
    const cap = left === undefined || asked.journal !== undefined ? spendCapUsd : formatMoney(left > 0n ? left : 0n);
    const vectors: Float32Array[] = [];
    const asking = askMany({
      ...around,
      endpoint: { ...endpoint, api: "embeddings" },
      requests: batchesOf(texts),
      spendCapUsd: cap,
      signal,
    });
    for await (const result of asking) {
      pico += parseMoney(result.costUsd ?? "0");
      if ("error" in result) throw unanswered(result.error);
      requests += 1;
      inputTokens += result.usage.inputTokens;
      const from = Number(result.id);
      const expected = Math.min(BATCH, texts.length - from);
      if (result.texts.length !== expected) throw wrongAnswer(`${result.texts.length} vectors for ${expected} texts`);
      for (const [place, text] of result.texts.entries()) {
        const vector = unitVector(JSON.parse(text) as number[]);
        dimension ??= vector.length;
        if (vector.length !== dimension)
          throw wrongAnswer(`a vector of ${vector.length} numbers after one of ${dimension}`);
        vectors[from + place] = vector;
      }
    }
    return vectors;
  };
  return {
    name: `${asked.endpoint.model} (endpoint)`,
    isSemantic: true,
    embed: withoutRepeats(embed),
    spent: () => ({ usd: isPaid ? formatMoney(pico) : null, inputTokens, requests }),
  };
}

/** Requests named by the index of their first text. An empty text, which endpoints refuse, becomes a space. */
function* batchesOf(texts: readonly string[]): Generator<LlmRequest> {
  for (let from = 0; from < texts.length; from += BATCH) {
    const input = texts.slice(from, from + BATCH).map((text) => (text === "" ? " " : text));
    yield { id: String(from), prompt: input.join("\n"), maxTokens: 0, extra: { input, encoding_format: "float" } };
  }
}

function unanswered({ reason, message }: { reason: "over-cap" | "no-answer"; message: string }): Failure {
  return reason === "over-cap"
    ? new Failure("over_budget", `embeddings: ${message}`, { hint: "raise maxUsd of the embedding" })
    : new Failure("outside", `the embeddings endpoint did not answer: ${message}`, {
        hint: "check url, model and key of the embedding",
      });
}

function wrongAnswer(what: string): Failure {
  return new Failure("outside", `the embeddings endpoint returned ${what}`, {
    hint: "it must return one vector per text, all of the same length",
  });
}
