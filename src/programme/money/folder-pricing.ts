import type { Clock } from "../../base/clock.ts";
import { readPriceBook } from "../prices/price-book.ts";
import type { Pricing } from "./pricing.ts";

/** Prices of a programme folder: the catalogue, and the rows of its `prices.csv`. */
export async function folderPricing(
  { cwd, now }: { cwd: string; now: Clock },
  programmes: readonly string[],
): Promise<Pricing> {
  const { prices } = await readPriceBook(cwd);
  return { programmes, pricesOf: () => prices, now };
}
