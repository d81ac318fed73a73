import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { gpuHourPrice } from "../../catalog/prices.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { PriceRequest } from "../../domain/run-request.ts";
import { pointRange } from "../../domain/point-range.ts";
import { readPriceBook } from "./price-book.ts";

/**
 * The price per hour of a GPU by its id: the stated one, otherwise the price book's on the day, including the folder's
 * prices.csv.
 */
export async function priceLookUp(
  { cwd, now }: Pick<Context, "cwd" | "now">,
  { usdPerGpuHour, term, sellerClass, on = isoDay(now()) }: PriceRequest,
): Promise<(gpuId: string) => Quantity> {
  if (usdPerGpuHour === undefined) {
    const { prices } = await readPriceBook(cwd);
    return (gpu) => gpuHourPrice({ gpu, term, sellerClass, on }, prices).quantity;
  }
  const stated = Number(usdPerGpuHour);
  const range = pointRange(stated);
  const basis = "the price that you stated";
  return () => ({ ...range, unit: "USD", basis, n: 0, sources: ["--usd-per-gpu-hour"] });
}
