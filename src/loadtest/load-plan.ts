import { formatMoney, parseMoney } from "../base/money.ts";
import { formatDuration, formatNumber } from "../base/units.ts";
import { amount, whole } from "../base/words.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";
import { endpointOf } from "../base/api-endpoint.ts";
import { rateWords } from "./load-words.ts";
import { hasTokenPrice, worstPico } from "./spend.ts";

/** Upper bound on what a load test sends, computed before it starts. */
export type LoadPlan = {
  target: string;
  isLoopback: boolean;
  /** Maximum number of requests, input and output tokens. */
  requests: number;
  inputTokens: number;
  outputTokens: number;
  /** Maximum cost of the tokens, a decimal string; null if their price is unknown. */
  worstUsd: string | null;
  /** The plan as sentences. */
  lines: string[];
};

/** The worst case of a test: as many requests as its limits allow, each of maximum length. */
export function loadPlan(spec: LoadTestSpec, keyName: string | undefined): LoadPlan {
  const { url, shown, isLoopback } = endpointOf(spec);
  const isOfFile = spec.prompts !== undefined || spec.traceFile !== undefined;
  const planned = plannedRequests(spec);
  const requests = Math.min(planned ?? spec.maxRequests, spec.maxRequests);
  const lengths = { aboutTokens: spec.inputTokens, maxTokens: spec.outputTokens };
  const worst = hasTokenPrice(spec) ? worstPico(spec, lengths) * BigInt(requests) : undefined;
  const bound = parseMoney(spec.maxUsd);
  const worstUsd = worst === undefined ? null : formatMoney(worst < bound && !isOfFile ? worst : bound);
  const plan = {
    target: shown,
    isLoopback,
    requests,
    inputTokens: requests * spec.inputTokens,
    outputTokens: requests * spec.outputTokens,
    worstUsd,
  };
  const isOpen = url.protocol === "http:" && !isLoopback;
  return { ...plan, lines: planLines(spec, plan, keyWords(keyName, isOpen)) };
}

/** Number of requests of a spec, or undefined if only its limits end it. */
function plannedRequests(spec: LoadTestSpec): number | undefined {
  if (spec.mode === "trace" || spec.findCapacity) return undefined;
  if (spec.mode === "sweep") {
    return spec.rates?.reduce((sum, rate) => sum + (spec.requests ?? requestsAt(rate, spec.seconds)), 0);
  }
  if (spec.requests !== undefined) return spec.requests;
  const isRate = spec.mode === "constant" || spec.mode === "poisson";
  return isRate ? requestsAt(spec.rate, spec.seconds) : undefined;
}

/** Upper bound on the number of random arrivals at a rate, with high probability. */
function requestsAt(rate: number, seconds: number): number {
  const mean = rate * seconds;
  return Math.ceil(mean + 4 * Math.sqrt(mean)) + 1;
}

function planLines(spec: LoadTestSpec, plan: Omit<LoadPlan, "lines">, key: string): string[] {
  const isMadeUp = spec.prompts === undefined && spec.traceFile === undefined;
  const tokens = isMadeUp
    ? `about ${whole(plan.inputTokens)} input and up to ${whole(plan.outputTokens)} output tokens`
    : `the prompts of ${spec.prompts ?? spec.traceFile}`;
  return [
    `to ${plan.target}${plan.isLoopback ? " (this machine)" : ""}`,
    `up to ${whole(plan.requests)} requests, ${tokens}, ${loadWords(spec)}`,
    `nothing more is sent after ${formatDuration(spec.maxSeconds)}${plan.worstUsd === null ? "" : ` or ${amount(spec.maxUsd)} USD`}`,
    ...costLines(plan),
    key,
  ];
}

/** An endpoint on this machine has no cost per token. */
function costLines({ isLoopback, worstUsd }: Pick<LoadPlan, "isLoopback" | "worstUsd">): string[] {
  if (worstUsd !== null) return [`cost: at most ${amount(worstUsd)} USD`];
  return isLoopback ? [] : ["cost: unknown (give --usd-per-mtok-input and --usd-per-mtok-output to limit it)"];
}

function keyWords(keyName: string | undefined, isOpen: boolean): string {
  if (keyName === undefined) return "no key is sent";
  return `the key in ${keyName} is sent${isOpen ? ", unencrypted: the address is http" : ""}`;
}

/** Text of the load. */
function loadWords(spec: LoadTestSpec): string {
  const rate = rateWords(spec.rate);
  if (spec.findCapacity) return `rates from ${rate} on, until the SLO is missed`;
  switch (spec.mode) {
    case "sync":
      return "one after another";
    case "concurrent":
      return `${whole(spec.concurrency)} at once`;
    case "trace":
      return "as in the trace";
    case "sweep":
      return spec.rates === undefined
        ? `rates from ${rate} on, until saturated`
        : `at ${[...spec.rates.slice(0, -1).map((rate) => formatNumber(rate)), rateWords(spec.rates.at(-1)!)].join(", ")}`;
    default:
      return `at ${rate}`;
  }
}
