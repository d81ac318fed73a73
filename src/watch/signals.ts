import type { CorrectedSignal, WatchSignal } from "../domain/watch-file.ts";
import type { WatchedRequest } from "../domain/watch-import.ts";

/** Input of a signal in addition to the request itself. */
export type SignalContext = {
  /** Language of most prompts of the reference. */
  mainLanguage: string | null;
  /** Whether the answer of a request has the expected format; undefined if none is expected. */
  hasFormat: ((request: WatchedRequest) => boolean | null) | undefined;
  /** Verdicts of the judge and human labels, by the id of the request; undefined if there are neither. */
  judged?: JudgedRequests | undefined;
};

/** Verdicts on requests by a judge and by people: 1 if the answer refuses, or is not supported. */
export type JudgedRequests = {
  /** The judge's verdicts on support. */
  verdicts: ReadonlyMap<string, number>;
  /** Human labels, for signals that have some. */
  labels: Partial<Record<CorrectedSignal, ReadonlyMap<string, number>>>;
};

/** A signal: what it measures of one request. */
export type SignalFacts = {
  label: string;
  /**
   * share: 0 or 1 each. logarithm: of a positive number, so that the mean is geometric. distance: between many rows.
   * number: unchanged.
   */
  kind: "share" | "logarithm" | "distance" | "number";
  unit: string;
  /** Cause of its changes: the requests, the model that answers, its serving, or the number of users. */
  cause: "input" | "model" | "provider" | "demand";
  /** Null if the request does not state it. */
  of: (request: WatchedRequest, context: SignalContext) => number | null;
};

/** A measurement of texts; null for a request without any. */
function ofText(of: SignalFacts["of"]): SignalFacts["of"] {
  return (request, context) => (request.hasText ? of(request, context) : null);
}

/** Minimum latency and cost of which a logarithm is taken. */
const LEAST = 1e-9;

/** Every signal. */
export const SIGNALS: Readonly<Record<WatchSignal, SignalFacts>> = {
  "prompt-length": {
    label: "prompt length",
    kind: "logarithm",
    unit: "characters",
    cause: "input",
    of: ofText(({ promptCharacters }) => Math.log(1 + promptCharacters)),
  },
  "answer-length": {
    label: "answer length",
    kind: "logarithm",
    unit: "characters",
    cause: "model",
    of: ofText(({ answerCharacters }) => Math.log(1 + answerCharacters)),
  },
  refusal: {
    label: "refusal rate",
    kind: "share",
    unit: "share",
    cause: "model",
    of: ofText(({ isRefusal }) => Number(isRefusal)),
  },
  format: {
    label: "answers in format",
    kind: "share",
    unit: "share",
    cause: "model",
    of: ofText((request, { hasFormat }) => {
      const has = hasFormat?.(request) ?? null;
      return has === null ? null : Number(has);
    }),
  },
  language: {
    label: "prompts in the main language",
    kind: "share",
    unit: "share",
    cause: "input",
    of: ({ language }, { mainLanguage }) =>
      mainLanguage === null || language === null ? null : Number(language === mainLanguage),
  },
  input: { label: "distance of prompts", kind: "distance", unit: "SE", cause: "input", of: () => null },
  latency: {
    label: "latency",
    kind: "logarithm",
    unit: "seconds",
    cause: "provider",
    of: ({ latencySec }) => (latencySec === null ? null : Math.log(Math.max(LEAST, latencySec))),
  },
  cost: {
    label: "cost of a request",
    kind: "logarithm",
    unit: "USD",
    cause: "provider",
    of: ({ costUsd }) => (costUsd === null ? null : Math.log(Math.max(LEAST, Number(costUsd)))),
  },
  volume: { label: "requests per day", kind: "logarithm", unit: "a day", cause: "demand", of: () => null },
  feedback: {
    label: "answers rated badly",
    kind: "share",
    unit: "share",
    cause: "model",
    of: ({ feedback }) => (feedback === null ? null : Number(feedback < 0)),
  },
  ungrounded: {
    label: "answers without support",
    kind: "share",
    unit: "share",
    cause: "model",
    of: ({ id }, { judged }) => judged?.labels.ungrounded?.get(id) ?? judged?.verdicts.get(id) ?? null,
  },
  similarity: {
    label: "similarity to reference answers",
    kind: "number",
    unit: "cosine",
    cause: "model",
    of: ({ similarity }) => similarity,
  },
};

/** The most frequent known language of the requests; null if none has one. */
export function mainLanguage(requests: readonly WatchedRequest[]): string | null {
  const counts = new Map<string, number>();
  for (const { language } of requests) if (language !== null) counts.set(language, (counts.get(language) ?? 0) + 1);
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

/** Units of counts, which may be 0: the logarithm is that of the count plus 1. */
const COUNTS: ReadonlySet<string> = new Set(["characters", "a day"]);

/** A mean of a signal as text; for a logarithm, the number itself. */
export function shownMean(kind: SignalFacts["kind"], mean: number, unit: string): number {
  if (kind !== "logarithm") return mean;
  return COUNTS.has(unit) ? Math.exp(mean) - 1 : Math.exp(mean);
}

/** A difference of means as text; for a logarithm, the ratio minus 1. */
export function shownChange(kind: SignalFacts["kind"], difference: number): number {
  return kind === "logarithm" ? Math.expm1(difference) : difference;
}
