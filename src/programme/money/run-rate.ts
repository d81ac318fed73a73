import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { gpuHourPrice } from "../../catalog/prices.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { isRefusal } from "../../domain/estimate.ts";
import { type GpuPrice, SellerClass, Term } from "../../domain/price.ts";
import type { RunSummary } from "../../domain/tracked-run.ts";
import { gpuOf } from "../../track/gpu-metrics.ts";

/** Price per hour of a run, by day. */
export type RunRate = {
  /** GPUs of the run; null if unknown. */
  gpuCount: number | null;
  /** Price per hour of all its machines in pico-dollars on a day; null if there is none. */
  picoPerHourOn: (day: string) => bigint | null;
  basis: string;
  /** Reason why there is not a price; null if there is one. */
  reason: string | null;
  /** Where the price is from; `tokens`: a provider trains it and charges for tokens, which are entered when it reports them. */
  source: "tag" | "tokens" | "price-book" | "none";
};

/** Tag of a run that a provider trains and charges by the token: it has no machines of its own. */
export const BY_TOKENS_TAG = { key: "tunewright.billing", value: "tokens" } as const;

/** Tags of a run for its hardware: those of a planned allocation first, then those set manually. */
const TAGS = {
  usdPerHour: ["tunewright.usd_per_hour"],
  usdPerGpuHour: ["tunewright.usd_per_gpu_hour"],
  gpu: ["tunewright.gpu", "gpu.type", "gpu_type"],
  gpuCount: ["tunewright.gpu_count", "gpu.count", "gpu_count"],
  term: ["tunewright.term", "gpu.term"],
  sellerClass: ["tunewright.seller_class", "gpu.seller_class"],
} as const;

/** Tags that name the GPU of a run, the first that is set. */
export const GPU_TAGS: readonly string[] = TAGS.gpu;

/** Tags that determine the price of a run. */
export const PRICING_TAGS: readonly string[] = [...Object.values(TAGS).flat(), BY_TOKENS_TAG.key];

/**
 * The price of a run's machines. In order: a stated price per hour; none, if a provider charges by the token; a stated
 * price per GPU-hour times the GPUs; the price book's price of the day for the GPU in its tags; none. System metrics
 * show the number of GPUs, never the kind.
 */
export function runRate(
  run: Pick<RunSummary, "tags"> & { metrics: readonly { key: string }[] },
  prices: readonly GpuPrice[],
): RunRate {
  const tag = (names: readonly string[]): string | undefined =>
    names.map((name) => run.tags.find(({ key }) => key === name)?.value).find((value) => value !== undefined);
  const counted = gpuCountOf(tag(TAGS.gpuCount), run.metrics);
  const fixed = (usd: string, times: bigint, basis: string): RunRate => {
    try {
      const pico = parseMoney(usd) * times;
      return { gpuCount: counted, picoPerHourOn: () => pico, basis, reason: null, source: "tag" };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return unpriced(counted, `its tag is "${usd}", which is not a price`);
    }
  };
  const perHour = tag(TAGS.usdPerHour);
  if (perHour !== undefined) return fixed(perHour, 1n, `tag ${TAGS.usdPerHour[0]}`);
  if (run.tags.some(({ key, value }) => key === BY_TOKENS_TAG.key && value === BY_TOKENS_TAG.value)) return BY_TOKENS;
  const perGpuHour = tag(TAGS.usdPerGpuHour);
  if (counted !== null && perGpuHour !== undefined) {
    return fixed(perGpuHour, BigInt(counted), `tag ${TAGS.usdPerGpuHour[0]} x ${counted} GPUs`);
  }
  const gpu = tag(TAGS.gpu);
  if (gpu === undefined) return unpriced(counted, "its GPU is unknown: set the tags gpu.type and gpu.count");
  if (counted === null) return unpriced(null, "its number of GPUs is unknown: set the tag gpu.count");
  return byPriceBook({ gpu, count: counted, term: tag(TAGS.term), sellerClass: tag(TAGS.sellerClass) }, prices);
}

const BY_TOKENS: RunRate = {
  gpuCount: 0,
  picoPerHourOn: () => 0n,
  basis: "tokens that the provider trained, as entered in the ledger",
  reason: null,
  source: "tokens",
};

type Allocation = { gpu: string; count: number; term: string | undefined; sellerClass: string | undefined };

function byPriceBook({ gpu, count, term, sellerClass }: Allocation, prices: readonly GpuPrice[]): RunRate {
  const terms = Term.safeParse(term ?? "on-demand");
  const classes = SellerClass.safeParse(sellerClass ?? "neocloud");
  if (!terms.success || !classes.success)
    return unpriced(count, "its tags name a term or a seller class that does not exist");
  let id: string;
  try {
    id = findGpu(gpu).id;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return unpriced(count, error.message);
  }
  const known = new Map<string, bigint | null>();
  const picoPerHourOn = (day: string): bigint | null => {
    if (!known.has(day)) {
      const { quantity } = gpuHourPrice({ gpu: id, term: terms.data, sellerClass: classes.data, on: day }, prices);
      known.set(day, isRefusal(quantity) ? null : parseMoney(quantity.p50.toFixed(6)) * BigInt(count));
    }
    return known.get(day)!;
  };
  const assumed = [term === undefined ? "term" : "", sellerClass === undefined ? "class of seller" : ""].filter(
    (word) => word !== "",
  );
  return {
    gpuCount: count,
    picoPerHourOn,
    basis: `${count} x ${id}, ${terms.data} from ${classes.data}${assumed.length > 0 ? ` (${assumed.join(" and ")} assumed)` : ""}: median of the price book on each day`,
    reason: null,
    source: "price-book",
  };
}

function unpriced(gpuCount: number | null, reason: string): RunRate {
  return { gpuCount, picoPerHourOn: () => null, basis: "no price", reason, source: "none" };
}

/** GPUs by tag, otherwise by the system metrics of MLflow's client: `system/gpu_0_utilization_percentage`. */
function gpuCountOf(tag: string | undefined, metrics: readonly { key: string }[]): number | null {
  if (tag !== undefined && /^\d{1,6}$/.test(tag) && Number(tag) > 0) return Number(tag);
  const gpus = new Set(metrics.flatMap(({ key }) => gpuOf(key) ?? []));
  return gpus.size > 0 ? gpus.size : null;
}

/** Text of a price per hour. */
export function shownRate(pico: bigint | null): string | null {
  return pico === null ? null : formatMoney(pico);
}
