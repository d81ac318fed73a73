import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import {
  type ApiPriceBook,
  apiPriceNote,
  AmbiguousModel,
  findApiModel,
  findApiPrice,
} from "../../catalog/api-prices.ts";
import { allGpus } from "../../catalog/gpus.ts";
import type { PriceBook } from "../../catalog/prices.ts";
import type { GpuPrice } from "../../domain/price.ts";
import type { PriceHistory } from "../../domain/price-history.ts";
import { gpusNamed } from "./price-list.ts";

/**
 * All rows of a GPU (by id, alias or model) or of an API model, oldest first, undated last.
 *
 * @param on day for which weaknesses of the price are stated, YYYY-MM-DD
 * @throws Failure not_found if it is neither
 */
export function priceHistory(
  name: string,
  { book, api, on }: { book: PriceBook; api: ApiPriceBook; on: string },
): PriceHistory {
  const gpus = orUndefined(() => gpusNamed(name))?.map((gpu) => gpu.id);
  if (gpus === undefined) {
    const model = modelNamed(name, api.prices);
    const prices = api.prices.filter((price) => price.model === model);
    return {
      kind: "api",
      model,
      prices: prices.toSorted((a, b) => ((a.validFrom ?? "") < (b.validFrom ?? "") ? -1 : 1)),
      note: apiPriceNote(findApiPrice(model, on, prices), on) ?? null,
    };
  }
  const prices = book.prices.filter((price) => gpus.includes(price.gpu));
  return {
    kind: "gpu",
    gpus,
    prices: prices.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    quarantined: book.quarantined.filter((row) => row.text.split(" | ").some((field) => gpus.includes(field))),
  };
}

/** The API model with this name; if several sellers have it, the failure that lists them. */
function modelNamed(name: string, prices: ApiPriceBook["prices"]): string {
  try {
    return findApiModel(name, prices);
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof AmbiguousModel) throw error;
    throw neither(name, prices);
  }
}

function neither(name: string, prices: ApiPriceBook["prices"]): Failure {
  const names = [
    ...allGpus().map((gpu) => gpu.id),
    ...new Set(prices.flatMap((price) => [price.model, bareName(price.model)])),
  ];
  return new Failure("not_found", `no GPU or API model has the name "${name.slice(0, 80)}"`, {
    hint: didYouMean(name, names) ?? "tunewright gpus list and tunewright prices list --api show them",
  });
}

/** `gpt-4o` for `openai/gpt-4o`. */
function bareName(model: string): string {
  return model.slice(model.indexOf("/") + 1);
}

/** The result of a search, or undefined if it throws a Failure. */
function orUndefined<Found>(find: () => Found): Found | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function order(price: GpuPrice): string {
  return [price.gpu, price.term, price.sellerClass, price.validFrom ?? "9999", price.sku].join("\t");
}
