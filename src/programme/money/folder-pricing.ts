import { readPriceBook } from "../prices/price-book.ts";
import type { Pricing } from "./priced-runs.ts";

/** Prices as they hold in a programme folder: the catalogue, and the rows of its own `prices.csv`. */
export async function folderPricing(dir: string, programmes: readonly string[]): Promise<Pricing> {
  const { prices } = await readPriceBook(dir);
  return { programmes, pricesOf: () => prices };
}
