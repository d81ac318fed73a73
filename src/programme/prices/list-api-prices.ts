import { apiPriceBook, apiPriceNote, apiPricesOn } from "../../catalog/api-prices.ts";
import type { ApiSellerClass } from "../../domain/price.ts";
import type { ApiPriceList } from "../../domain/price-list.ts";
import { readApiPriceBook } from "./api-price-book.ts";

/** Prices of API models, and how many rows of the folder's own file its guards keep out. */
export type ListedApiPrices = { list: ApiPriceList; own: { file: string | null; quarantined: number } };

/** Prices of API models in force on a day, by a part of their name and their class of seller. */
export async function listApiPrices(
  cwd: string,
  { on, model, apiClass }: { on: string; model: string | undefined; apiClass: ApiSellerClass | undefined },
): Promise<ListedApiPrices> {
  const book = await readApiPriceBook(cwd);
  const wanted = model?.toLowerCase() ?? "";
  const prices = apiPricesOn(on, book.prices).filter(
    (price) => price.model.toLowerCase().includes(wanted) && (apiClass === undefined || price.sellerClass === apiClass),
  );
  const notes = prices.flatMap((price) => apiPriceNote(price, on) ?? []);
  const quarantined = book.quarantined.length;
  return {
    list: { on, prices, notes, quarantined },
    own: { file: book.file, quarantined: quarantined - apiPriceBook().quarantined.length },
  };
}
