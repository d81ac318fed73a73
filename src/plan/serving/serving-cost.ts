import { HOURS_PER_MONTH } from "../../base/units.ts";
import { percent } from "../../base/words.ts";
import { type Estimate, isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { Programme } from "../../domain/programme.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import { replicasFor } from "../serve-plan/gpu-cost.ts";
import { plannedPeak } from "../serve-plan/traffic-load.ts";
import { computed, type Ends, unknown, type LineCost, type ServingFacts } from "../cost/cost-facts.ts";
import type { LeafBook } from "../uncertainty/leaf.ts";
import type { Read } from "../uncertainty/simulate.ts";
import { monthlyTokens } from "./monthly-tokens.ts";

/** Id of the served model's tokens per token of the traffic. */
export const TOKEN_RATIO = "traffic.ownTokensPerToken";

/** Seconds of an average month. */
const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;

/**
 * Cost of serving for one month: as stated by the user, or replicas × GPUs × hours × price, with enough replicas for
 * the peak load. The speed of one replica is the user's measurement, otherwise its capacity within the SLO as estimated
 * by `plan serve` for the user's mix. If the estimator does not cover it, or such a range is stated, measured ranges of
 * the catalogue are used: a replica then alternates between reading and writing, so the time shares of output and input
 * add up.
 *
 * @source steady state: T = O × decode step + B × prefill; sizes of the ranges: the assumptions' sources
 */
export function servingPerMonth(programme: Programme, facts: ServingFacts | undefined, book: LeafBook): LineCost {
  const { serving } = programme;
  if (serving.monthlyUsd !== undefined) {
    const usd = book.stated("serving.monthlyUsd", serving.monthlyUsd, "USD/month");
    return computed(usd, (x) => x(usd));
  }
  const replica = replicaFacts(programme, facts, book);
  if (typeof replica === "string") return unknown(replica);
  const tokens = monthlyTokens(serving);
  if ("unknown" in tokens) return unknown(`${tokens.unknown}, or serving.monthlyUsd if you know the cost`);
  const output = book.stated("serving.outputTokensPerMonth", tokens.output, "tokens/month");
  const ratio = ownRatio(facts, book);
  const busy = [ownSeconds(secondsOf(output, replica.decode), ratio)];
  if (replica.prefill !== undefined) {
    const input = book.stated("serving.inputTokensPerMonth", tokens.input, "tokens/month");
    busy.push(ownSeconds(secondsOf(input, replica.prefill), ratio));
  }
  const { hourly } = replica;
  const peak = peakOf(programme, facts, book);
  const spare = book.stated("serving.spareReplicas", serving.spareReplicas, "replicas");
  const words = busy.map((term) => term.words).join(" + ");
  return computed(
    `(max(1, ⌈${peak.words} × (${words}) / ${SECONDS_PER_MONTH} s⌉) + ${spare}) × ${HOURS_PER_MONTH} h × ${hourly.words}`,
    (x) => {
      const seconds = busy.reduce((sum, term) => sum + term.value(x), 0);
      const replicas = replicasFor((peak.value(x) * seconds) / SECONDS_PER_MONTH, x(spare));
      return replicas * HOURS_PER_MONTH * hourly.value(x);
    },
    endsOf(facts?.gpuUsdPerMonth),
  );
}

/** The low, middle and high values of the sized cost. */
function endsOf(quantity: Quantity | undefined): Ends | undefined {
  if (quantity === undefined) return undefined;
  if (!isRefusal(quantity)) return { p10: quantity.p10, p50: quantity.p50, p90: quantity.p90 };
  const { known } = quantity;
  if (known?.p10 === undefined) return undefined;
  const { p10, p50, p90 } = known;
  return { p10, p50, p90, open: p90 === undefined ? quantity : undefined };
}

/**
 * Seconds for the tokens of a month, multiplied by the served model's tokens per token if the month was counted in the
 * tokens of another model.
 */
function ownSeconds({ words, value }: Term, ratio: Term | undefined): Term {
  if (ratio === undefined) return { words, value };
  return { words: `${ratio.words} × ${words}`, value: (x) => ratio.value(x) * value(x) };
}

/** Tokens of the served model per token of the month; undefined if they are the same. */
export function ownRatio(facts: ServingFacts | undefined, book: LeafBook): Term | undefined {
  const ratio = facts?.ownTokensPerToken;
  if (ratio === undefined || (ratio.p10 === 1 && ratio.p90 === 1)) return undefined;
  const label = "tokens of the served model per token of the traffic";
  const id = book.estimated(TOKEN_RATIO, ratio, { label, figures: [] });
  return { words: id, value: (x) => x(id) };
}

/** Ratio of the busiest load to the mean load for sizing replicas, without work that can wait. */
export function peakOf({ serving }: Programme, facts: ServingFacts | undefined, book: LeafBook): Term {
  const peak = book.stated("serving.peakOverMean", serving.peakOverMean, "factor");
  const batchShare = facts?.traffic?.batchShare ?? 0;
  return {
    words: batchShare === 0 ? peak : `max(1, ${peak} × (1 − ${percent(batchShare)} that can wait))`,
    value: (x) => plannedPeak({ peakOverMean: x(peak), batchShare }),
  };
}

/** Seconds that one replica needs for the tokens of a month. */
function secondsOf(tokens: string, rate: Term): Term {
  return { words: `${tokens} / (${rate.words})`, value: (x) => x(tokens) / rate.value(x) };
}

/** A term of a formula: its text and its value. */
type Term = { words: string; value: (read: Read) => number };

/** One replica: its decode and prefill speed, and its price per hour. */
export type Replica = {
  /** Output tokens per second. */
  decode: Term;
  /** Input tokens per second; undefined if `decode` was measured at the user's load, including its prompts. */
  prefill: Term | undefined;
  hourly: Term;
};

/** The serving replica, or a sentence that states what is missing. */
export function replicaFacts(programme: Programme, facts: ServingFacts | undefined, book: LeafBook): Replica | string {
  const { serving } = programme;
  if (facts === undefined) return "no serving hardware is known: set serving.gpu";
  if (facts.unknown !== undefined) return facts.unknown;
  if (isRefusal(facts.usdPerGpuHour)) return `${facts.usdPerGpuHour.refused}; ${facts.usdPerGpuHour.hint}`;
  const price = book.estimated("serving.usdPerGpuHour", facts.usdPerGpuHour, {
    label: "price of a serving GPU-hour",
    figures: facts.figures,
  });
  const gpus =
    serving.gpuCount !== undefined
      ? book.stated("serving.gpuCount", serving.gpuCount, "GPUs")
      : book.estimated(
          "serving.gpuCount",
          pointEstimate(facts.gpuCount, "GPUs", "of the chosen replica: the cheapest found that meets the SLO"),
          { label: "GPUs of one replica", figures: facts.figures },
        );
  const hourly = { words: `${gpus} × ${price}`, value: (x: Read) => x(gpus) * x(price) };
  if (serving.outputTokensPerSec !== undefined) {
    const rate = book.stated("serving.outputTokensPerSec", serving.outputTokensPerSec, "tokens/s");
    return { decode: { words: rate, value: (x) => x(rate) }, prefill: undefined, hourly };
  }
  if (facts.capacity !== undefined) {
    const label = "output tokens per second of one replica within the SLO";
    const rate = book.estimated("serving.capacity", facts.capacity, { label, figures: facts.figures });
    return { decode: { words: rate, value: (x) => x(rate) }, prefill: undefined, hourly };
  }
  const decode = catalogueDecode(facts, gpus, book);
  const prefill = cataloguePrefill(facts, gpus, book);
  if (typeof decode === "string") return decode;
  return typeof prefill === "string" ? prefill : { decode, prefill, hourly };
}

const MEASURE = "measure the replica and set serving.outputTokensPerSec";

/** Output tokens per second of one replica, from published measurements. */
function catalogueDecode({ gpu, capacityClass }: ServingFacts, gpus: string, book: LeafBook): Term | string {
  if (capacityClass === undefined) return `no measured serving capacity covers a model of this size; ${MEASURE}`;
  const family = GPU_FAMILIES.find((name) => gpu?.toLowerCase().startsWith(name));
  if (family === undefined) return `no measured serving capacity covers ${gpu ?? "an unnamed GPU"}; ${MEASURE}`;
  const perGpu = book.assumed(`serving.h100.output-tokens-per-sec.${capacityClass}`);
  const relative = family === "h100" ? undefined : book.assumed(`serving.relative.${family}`);
  return {
    words: `${gpus} × ${perGpu}${relative === undefined ? "" : ` × ${relative}`}`,
    value: (x) => x(gpus) * x(perGpu) * (relative === undefined ? 1 : x(relative)),
  };
}

/** Input tokens per second of one replica: two operations per parameter and token, at a share of the matrix rate. */
function cataloguePrefill(facts: ServingFacts, gpus: string, book: LeafBook): Term | string {
  const { gpu, matmulTflops, activeParamCount, figures } = facts;
  if (matmulTflops === null) return `no measured matrix rate of ${gpu ?? "an unnamed GPU"} is known; ${MEASURE}`;
  const leaf = (id: string, label: string, estimate: Estimate): string =>
    book.estimated(id, estimate, { label, figures });
  const rate = leaf(
    "serving.matmulTflops",
    "measured matrix rate",
    pointEstimate(matmulTflops, "TFLOP/s", "the GPU catalogue"),
  );
  const active = leaf(
    "model.activeParamCount",
    "parameters a token passes through",
    pointEstimate(activeParamCount, "parameters", "the model's shape"),
  );
  const efficiency = book.assumed("serving.prefill.efficiency");
  return {
    words: `${gpus} × ${rate} × 10^12 × ${efficiency} / (2 × ${active})`,
    value: (x) => (x(gpus) * x(rate) * 1e12 * x(efficiency)) / (2 * x(active)),
  };
}

/** GPU families with a measured serving rate relative to the H100. */
const GPU_FAMILIES = ["h100", "a100", "h200", "b200", "mi300x"] as const;
