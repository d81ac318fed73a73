import { HOURS_PER_MONTH } from "../base/units.ts";
import { type Estimate, isRefusal } from "../domain/estimate.ts";
import type { Programme } from "../domain/programme.ts";
import { computed, unknown, type LineCost, type ServingFacts } from "./cost-facts.ts";
import type { LeafBook } from "./leaf.ts";
import type { Read } from "./simulate.ts";

/** Seconds of an average month. */
const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;

/**
 * Cost of serving for one month: what the user states, or replicas × GPUs × hours × price, with as many replicas as
 * the peak load needs. Capacity is the user's measurement, or a measured range of the catalogue at least 2x wide.
 */
export function servingPerMonth(programme: Programme, facts: ServingFacts | undefined, book: LeafBook): LineCost {
  const { serving } = programme;
  if (serving.monthlyUsd !== undefined) {
    const usd = book.stated("serving.monthlyUsd", serving.monthlyUsd, "USD/month");
    return computed(usd, (x) => x(usd));
  }
  const replica = replicaFacts(programme, facts, book);
  if (typeof replica === "string") return unknown(replica);
  if (serving.outputTokensPerMonth === undefined) {
    return unknown("the load is not given: set serving.outputTokensPerMonth, or serving.monthlyUsd where you know it");
  }
  const { capacity, hourly } = replica;
  const load = book.stated("serving.outputTokensPerMonth", serving.outputTokensPerMonth, "tokens/month");
  const peak = book.stated("serving.peakOverMean", serving.peakOverMean, "factor");
  const spare = book.stated("serving.spareReplicas", serving.spareReplicas, "replicas");
  return computed(
    `(max(1, ⌈${load} / ${SECONDS_PER_MONTH} s × ${peak} / (${capacity.words})⌉) + ${spare}) × ${HOURS_PER_MONTH} h × ${hourly.words}`,
    (x) => {
      const replicas = Math.max(1, Math.ceil(((x(load) / SECONDS_PER_MONTH) * x(peak)) / capacity.value(x)));
      return (replicas + x(spare)) * HOURS_PER_MONTH * hourly.value(x);
    },
  );
}

/** One replica: its capacity in output tokens per second, and its price per hour. */
export type Replica = {
  capacity: { words: string; value: (read: Read) => number };
  hourly: { words: string; value: (read: Read) => number };
};

/** The replica that would serve, or the sentence that says what is missing. */
export function replicaFacts(programme: Programme, facts: ServingFacts | undefined, book: LeafBook): Replica | string {
  const { serving } = programme;
  if (facts === undefined) return "no serving hardware is known: set serving.gpu";
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
          point(facts.gpuCount, "GPUs", "as many as hold the weights in bf16 with room for requests, a power of two"),
          { label: "GPUs of one replica", figures: facts.figures },
        );
  const hourly = { words: `${gpus} × ${price}`, value: (x: Read) => x(gpus) * x(price) };
  if (serving.outputTokensPerSec !== undefined) {
    const rate = book.stated("serving.outputTokensPerSec", serving.outputTokensPerSec, "tokens/s");
    return { capacity: { words: rate, value: (x) => x(rate) }, hourly };
  }
  const capacity = catalogueCapacity(facts, book);
  if (typeof capacity === "string") return capacity;
  const { perGpu, relative } = capacity;
  return {
    capacity: {
      words: `${gpus} × ${perGpu}${relative === undefined ? "" : ` × ${relative}`}`,
      value: (x) => x(gpus) * x(perGpu) * (relative === undefined ? 1 : x(relative)),
    },
    hourly,
  };
}

function point(value: number, unit: string, basis: string): Estimate {
  return { p10: value, p50: value, p90: value, unit, basis, n: 0, sources: [] };
}

function catalogueCapacity(
  { gpu, capacityClass }: ServingFacts,
  book: LeafBook,
): { perGpu: string; relative: string | undefined } | string {
  const missing = "measure the replica and set serving.outputTokensPerSec";
  if (capacityClass === undefined) return `no measured serving capacity covers a model of this size; ${missing}`;
  const family = GPU_FAMILIES.find((each) => gpu?.toLowerCase().startsWith(each));
  if (family === undefined) return `no measured serving capacity covers ${gpu ?? "an unnamed GPU"}; ${missing}`;
  const perGpu = book.assumed(`serving.h100.output-tokens-per-sec.${capacityClass}`);
  return { perGpu, relative: family === "h100" ? undefined : book.assumed(`serving.relative.${family}`) };
}

/** GPU families with a measured serving rate relative to the H100. */
const GPU_FAMILIES = ["h100", "a100", "h200", "b200", "mi300x"] as const;
