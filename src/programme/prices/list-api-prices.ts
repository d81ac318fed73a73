import { apiPriceBook, apiPriceNote, apiPricesOn } from "../../catalog/api-prices.ts";
import type { ApiSellerClass } from "../../domain/price.ts";
import type { ApiPriceList } from "../../domain/price-list.ts";
import { readApiPriceBook } from "./api-price-book.ts";

/** API prices, and the number of quarantined rows in the folder's own file. */
export type ListedApiPrices = { list: ApiPriceList; own: { file: string | null; quarantined: number } };

/** API prices in force on a day, filtered by a part of the name and by seller class. */
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
