import { allGpus, findGpu } from "../../catalog/gpus.ts";
import { findModel } from "../../catalog/models.ts";
import { middleUsd } from "../../catalog/price-guards.ts";
import { gpuHourPrice, type PriceBook, pricesOn } from "../../catalog/prices.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import { type GpuPrice, RentalTerm, type SellerClass, type Term } from "../../domain/price.ts";
import type { ListedPrice, PriceEstimate, PriceList } from "../../domain/price-list.ts";
import { RunSpec } from "../../domain/run-spec.ts";
import { usdPerMillionTokens } from "../../plan/run/run-cost.ts";
import { trainThroughput } from "../../plan/speed/throughput.ts";

/** The reference run of "per million trained tokens": a common first run. */
export const REFERENCE_RUN = RunSpec.parse({
  model: "meta-llama/Llama-3.1-8B",
  method: "lora",
  loraRank: 16,
  sequenceTokens: 2048,
  batchSequences: 4,
  stack: "hf",
  packing: true,
});

/** Requested prices. */
export type PriceQuery = {
  gpu?: string | undefined;
  term?: Term | undefined;
  sellerClass?: SellerClass | undefined;
  on: string;
};

/**
 * The prices in force on a day, with the cost of a million trained tokens at each.
 *
 * @param query a GPU may be an id, an alias, or a model such as `H100`, which means all its forms
 * @throws Failure not_found for a GPU that does not exist
 */
export function priceList(query: PriceQuery, book: PriceBook): PriceList {
  const ids = query.gpu === undefined ? undefined : new Set(gpusNamed(query.gpu).map((gpu) => gpu.id));
  const asked = book.prices.filter(
    (price) =>
      (ids === undefined || ids.has(price.gpu)) &&
      (query.term === undefined || price.term === query.term) &&
      (query.sellerClass === undefined || price.sellerClass === query.sellerClass),
  );
  const speedOf = speeds();
  const inForce = pricesOn({ on: query.on }, asked).toSorted(byGpuThenPrice);
  const list = (price: GpuPrice): ListedPrice => ({ ...price, usdPerMillionTrainedTokens: perMillion(price, speedOf) });
  return {
    on: query.on,
    referenceRun: REFERENCE_RUN,
    prices: inForce.map(list),
    estimates: ids === undefined ? [] : estimates(inForce, { on: query.on, book }),
    reason: inForce.length > 0 ? null : whyNone(query, asked),
    later: inForce.length > 0 ? [] : firstLater(asked, query.on).map(list),
    undated: asked.filter((price) => price.validFrom === null).length,
    quarantined: book.quarantined.length,
  };
}

/** The GPUs with this name: all form factors and sizes of a model (`H100`), or the one with this id or alias. */
export function gpusNamed(name: string): Gpu[] {
  const wanted = name.trim().toLowerCase();
  const family = allGpus().filter(
    (gpu) => gpu.id.toLowerCase() === wanted || gpu.id.toLowerCase().startsWith(`${wanted}-`),
  );
  return family.length > 0 ? family : [findGpu(name)];
}

/** The prices that estimates use, for each GPU, term and seller class among the given prices. */
function estimates(prices: readonly GpuPrice[], { on, book }: { on: string; book: PriceBook }): PriceEstimate[] {
  const keys = new Map(prices.map((price) => [`${price.gpu} ${price.term} ${price.sellerClass}`, price]));
  return [...keys.values()].map(({ gpu, term, sellerClass }) => ({
    gpu,
    term,
    sellerClass,
    usdPerGpuHour: gpuHourPrice({ gpu, term, sellerClass, on }, book.prices).quantity,
  }));
}

/** Speed of the reference run by GPU, computed once for each. */
function speeds(): (gpuId: string) => Quantity {
  const known = new Map<string, Quantity>();
  const shape = findModel(REFERENCE_RUN.model);
  return (gpuId) => {
    const speed =
      known.get(gpuId) ?? trainThroughput({ shape, spec: { ...REFERENCE_RUN, gpu: gpuId }, gpu: findGpu(gpuId) });
    known.set(gpuId, speed);
    return speed;
  };
}

function perMillion(price: GpuPrice, speedOf: (gpuId: string) => Quantity): Quantity {
  if (!RentalTerm.safeParse(price.term).success)
    return {
      refused: "training does not run on an endpoint or on serverless replicas",
      hint: "see the prices of bare GPUs",
    };
  return usdPerMillionTokens(speedOf(price.gpu), {
    p10: Number(price.lowUsd),
    p50: middleUsd(price),
    p90: Number(price.highUsd),
    unit: "USD",
    basis: price.kind === "range" ? "a published range over sellers" : "one price",
    n: 1,
    sources: [`${price.source.ref}, ${price.validFrom === null ? "undated" : `since ${price.validFrom}`}`],
  });
}

function whyNone(query: PriceQuery, asked: readonly GpuPrice[]): string {
  const what = [query.gpu, query.term, query.sellerClass].filter((part) => part !== undefined).join(" ");
  const days = asked.flatMap((price) => (price.validFrom === null ? [] : [price.validFrom])).toSorted();
  const first = days[0];
  if (first === undefined) return `unknown: the price book has no dated ${what} price`;
  return first > query.on
    ? `unknown: the first dated ${what} price is of ${first}, after ${query.on}`
    : `unknown: every ${what} price dated up to ${query.on} has ended`;
}

/** The rows of the first day after `on` that has any for each GPU and term. */
function firstLater(asked: readonly GpuPrice[], on: string): GpuPrice[] {
  const later = asked.filter((price) => price.validFrom !== null && price.validFrom > on);
  const first = new Map<string, string>();
  for (const { gpu, term, validFrom } of later) {
    const known = first.get(`${gpu} ${term}`);
    if (known === undefined || validFrom! < known) first.set(`${gpu} ${term}`, validFrom!);
  }
  return later.filter((price) => first.get(`${price.gpu} ${price.term}`) === price.validFrom).toSorted(byGpuThenPrice);
}

function byGpuThenPrice(a: GpuPrice, b: GpuPrice): number {
  const [first, second] = [a, b].map(({ gpu, term, sellerClass }) => `${gpu}\t${term}\t${sellerClass}`);
  if (first !== second) return first! < second! ? -1 : 1;
  return middleUsd(a) - middleUsd(b) || (a.sku < b.sku ? -1 : 1);
}
