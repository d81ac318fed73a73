import type { Clock } from "../base/clock.ts";
import type { AnswerJournal } from "./answer-journal.ts";
import type { LlmEndpoint, LlmRequest } from "./request.ts";
import type { TokenPrice } from "./token-price.ts";

/** How hard an endpoint is asked. */
export type AskLimits = {
  /** Most requests at once; fewer while the endpoint answers that they are too many. */
  concurrency: number;
  timeoutMs: number;
  /** Attempts at one request. Default: 6. */
  attempts?: number | undefined;
  /** Milliseconds before the second attempt; twice as many before each further one. Default: 500. */
  firstWaitMs?: number | undefined;
};

/** What is asked, of whom, and within what. */
export type AskMany = {
  endpoint: LlmEndpoint;
  requests: Iterable<LlmRequest> | AsyncIterable<LlmRequest>;
  limits: AskLimits;
  price: TokenPrice;
  /** US dollars that all answers in the journal may cost, those of earlier runs among them; undefined for no cap. */
  spendCapUsd: string | undefined;
  /** File of answers, or one that is open and stays so; without it a run that was killed asks everything again. */
  journal?: string | AnswerJournal | undefined;
  /** What counts against the cap at the start, in pico-dollars. Default: all that the journal holds. */
  spentPico?: bigint | undefined;
  /** Folder of answers that all who ask share. */
  cacheDir?: string | undefined;
  /** Tokens of a text, on the high side, for answers that the endpoint does not count. Default: its bytes. */
  countTokens?: ((text: string) => number) | undefined;
  now: Clock;
  signal?: AbortSignal | undefined;
};

/** What came of a request. */
export type LlmResult = {
  id: string;
  key: string;
  metadata: Readonly<Record<string, string>> | undefined;
  /** US dollars that it cost in this run, failed attempts among them; null if it is free. */
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
  /** Where it comes from, if it was not asked for now. */
  cached: "journal" | "cache" | false;
  /** Model and build that answered, as the endpoint names them; null if it does not. */
  servedModel: string | null;
  fingerprint: string | null;
  /** Day of the answer. */
  on: string;
};

/** No answer, and why. */
export type LlmUnanswered = {
  error: {
    /** `over-cap`: there is no money for it; `no-answer`: the endpoint did not answer, or refused this request. */
    reason: "over-cap" | "no-answer";
    message: string;
  };
};

/** What asking came to. */
export type AskTotals = {
  /** Requests sent, repeated ones among them. */
  sent: number;
  answered: number;
  /** Answered from the journal or the cache. */
  known: number;
  unanswered: number;
  /** Why the other items were not asked; null if everything was. */
  stopped: "over-cap" | "no-answer" | null;
  /** The last failure of the endpoint that cost a request its answer. */
  failure: string | null;
  /** US dollars of this run; null if it is free. */
  spentUsd: string | null;
  /** Optional fields that the endpoint refused, so that they were not sent. */
  refusedFields: string[];
};
