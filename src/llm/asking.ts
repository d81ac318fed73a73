import type { Clock } from "../base/clock.ts";
import type { AnswerJournal } from "./answer-journal.ts";
import type { LlmEndpoint, LlmRequest } from "./request.ts";
import type { TokenPrice } from "./token-price.ts";

/** Limits on the load of an endpoint. */
export type AskLimits = {
  /** Maximum number of concurrent requests; fewer while the endpoint reports overload. */
  concurrency: number;
  timeoutMs: number;
  /** Attempts per request. Default: 6. */
  attempts?: number | undefined;
  /** Milliseconds before the second attempt, doubled before each further one. Default: 500. */
  firstWaitMs?: number | undefined;
};

/** Requests, endpoint and limits. */
export type AskMany = {
  endpoint: LlmEndpoint;
  requests: Iterable<LlmRequest> | AsyncIterable<LlmRequest>;
  limits: AskLimits;
  price: TokenPrice;
  /** Cap in US dollars on all answers in the journal, including earlier runs; undefined for no cap. */
  spendCapUsd: string | undefined;
  /** File of answers, or an open journal, which stays open; without it, an interrupted run asks everything again. */
  journal?: string | AnswerJournal | undefined;
  /** Amount already counted against the cap at the start, in pico-dollars. Default: everything in the journal. */
  spentPico?: bigint | undefined;
  /** Folder of the shared answer cache. */
  cacheDir?: string | undefined;
  /** Upper estimate of a text's tokens, for answers that the endpoint does not count. Default: its bytes. */
  countTokens?: ((text: string) => number) | undefined;
  now: Clock;
  signal?: AbortSignal | undefined;
};

/** Result of a request. */
export type LlmResult = {
  id: string;
  key: string;
  metadata: Readonly<Record<string, string>> | undefined;
  /** US dollars spent in this run, including failed attempts; null if the endpoint is free. */
  costUsd: string | null;
} & (LlmAnswer | LlmUnanswered);

/** An answer. */
export type LlmAnswer = {
  /** The first of `texts`. */
  text: string;
  texts: readonly string[];
  isRefusal: boolean;
  isCutOff: boolean;
  usage: { inputTokens: number; outputTokens: number; isEstimated: boolean };
  /** Source, if it was not requested in this run. */
  cached: "journal" | "cache" | false;
  /** Model and build that answered, as reported by the endpoint; null if not reported. */
  servedModel: string | null;
  fingerprint: string | null;
  /** Day of the answer. */
  on: string;
};

/** No answer, with the reason. */
export type LlmUnanswered = {
  error: {
    /** `over-cap`: the cap does not allow it; `no-answer`: the endpoint did not answer, or refused this request. */
    reason: "over-cap" | "no-answer";
    message: string;
  };
};

/** Totals of a run. */
export type AskTotals = {
  /** Number of requests sent, including retries. */
  sent: number;
  answered: number;
  /** Number of requests answered from the journal or the cache. */
  known: number;
  unanswered: number;
  /** Reason why the other requests were not sent; null if all were. */
  stopped: "over-cap" | "no-answer" | null;
  /** The last failure of the endpoint that left a request without an answer. */
  failure: string | null;
  /** US dollars spent in this run; null if the endpoint is free. */
  spentUsd: string | null;
  /** Optional fields that the endpoint refused and that were therefore not sent. */
  refusedFields: string[];
};
