import { wrapText } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import { apiPricesText } from "../../catalog/api-prices-text.ts";
import type { ListedApiPrices } from "./list-api-prices.ts";

/** Text of API prices, the first notes, and quarantined rows of the folder's own file. */
export function listedApiPricesText({ list: { prices, on, notes }, own }: ListedApiPrices): string {
  const below = [
    ...(notes.length > 3 ? [...notes.slice(0, 2), `${notes.length - 2} more prices are equally old`] : notes),
    ...(own.quarantined > 0
      ? [
          `quarantined and never used: ${counted(own.quarantined, "row")} of ${own.file}; tunewright prices check shows the reasons`,
        ]
      : []),
  ];
  return [apiPricesText(prices, on), ...below.map((line) => wrapText(line))].join("\n");
}
