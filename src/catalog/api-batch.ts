import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";
import { formatMoney, parseMoney, timesQuantity } from "../base/money.ts";
import type { ApiPrice } from "../domain/price.ts";

/** Batch price of a seller relative to its list price, with its source. */
type BatchTerms = { share: string; source: string; seenOn: string };

let terms: ReadonlyMap<string, BatchTerms> | undefined;

/**
 * Adds the batch price, if the seller offers batches at a share of the list price and the row has no batch price. The
 * note says that not every model of the seller supports batches.
 */
export function batchPrices(price: ApiPrice): ApiPrice {
  terms ??= readTerms();
  const offered = terms.get(price.model.slice(0, price.model.indexOf("/")));
  if (offered === undefined || price.sellerClass === "reseller" || price.batchInputUsdPerMtok !== null) return price;
  const discounted = (usd: string): string => formatMoney(timesQuantity(parseMoney(usd), offered.share), 0);
  const said = `batch at ${offered.share} of the list price if the model is offered in batches (${offered.source}, seen ${offered.seenOn})`;
  return {
    ...price,
    batchInputUsdPerMtok: discounted(price.inputUsdPerMtok),
    batchOutputUsdPerMtok: discounted(price.outputUsdPerMtok),
    note: [price.note, said].filter((part) => part !== "").join("; "),
  };
}

function readTerms(): ReadonlyMap<string, BatchTerms> {
  const name = "api-batch.csv";
  const { rows } = parseCsv(readFileSync(new URL(`./data/${name}`, import.meta.url), "utf8"), name);
  return new Map(
    rows.map(({ fields }) => [
      fields["seller"]!,
      { share: fields["batch_over_list"]!, source: fields["source"]!, seenOn: fields["seen_on"]! },
    ]),
  );
}
