import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";
import { Failure } from "../base/failure.ts";
import { parseMoney } from "../base/money.ts";
import { suggest } from "../base/suggest.ts";
import { ApiPrice } from "../domain/price.ts";

/**
 * Lowest and highest price per million tokens that an API can have, in US dollars. A price per thousand or per single
 * token read as one per million falls outside for all but the dearest models.
 */
export const API_MTOK_USD = { low: 0.001, high: 200 } as const;

let loaded: readonly ApiPrice[] | undefined;

/**
 * Dated prices of API models, in US dollars per **million** tokens. The price of the first tier of context length, at
 * the standard speed, without batch or cache discounts.
 */
export function allApiPrices(): readonly ApiPrice[] {
  loaded ??= readApiPrices(readFileSync(new URL("./data/api-prices.csv", import.meta.url), "utf8"), "api-prices.csv");
  return loaded;
}

/** The API prices in force on a day: of each model the latest row up to it. */
export function apiPricesOn(on: string): ApiPrice[] {
  const latest = new Map<string, ApiPrice>();
  for (const price of allApiPrices()) {
    const known = latest.get(price.model);
    if (price.validFrom <= on && (known === undefined || known.validFrom <= price.validFrom)) {
      latest.set(price.model, price);
    }
  }
  return [...latest.values()].toSorted((a, b) => (a.model < b.model ? -1 : 1));
}

/**
 * The price of an API model.
 *
 * @param model  `seller/model`, in any case; the seller may be left out where only one has the model
 * @param on     day, YYYY-MM-DD: the row in force then, else the first that is known (its date says so); without it,
 *               the newest row
 * @throws Failure not_found with the nearest names
 */
export function findApiPrice(model: string, on?: string): ApiPrice {
  const wanted = model.trim().toLowerCase();
  const prices = allApiPrices();
  const exact = prices.filter((price) => price.model.toLowerCase() === wanted);
  const found = exact.length > 0 ? exact : prices.filter((price) => price.model.toLowerCase().endsWith(`/${wanted}`));
  const names = [...new Set(found.map((price) => price.model))];
  if (names.length === 1) {
    const byDay = found.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
    return byDay.findLast((price) => on === undefined || price.validFrom <= on) ?? byDay[0]!;
  }
  const near = names.length > 1 ? names : suggest(model, new Set(prices.map((price) => price.model)));
  throw new Failure(
    "not_found",
    names.length > 1
      ? `several sellers have the API model "${model}"`
      : `the API model "${model}" has no price in the catalogue`,
    {
      hint:
        near.length > 0
          ? `did you mean ${near.map((each) => `"${each}"`).join(" or ")}?`
          : "tunewright prices list --api shows those that have one; or give today.apiUsdPerMonth",
    },
  );
}

/** Reads the API price file. @throws Failure bad_input for a price that is not one or lies outside `API_MTOK_USD` */
export function readApiPrices(text: string, name: string): ApiPrice[] {
  return parseCsv(text, name).rows.map(({ line, fields }) => {
    const cached = fields["cached_input_usd_per_mtok"] ?? "";
    const price = ApiPrice.safeParse({
      model: fields["model"],
      inputUsdPerMtok: fields["input_usd_per_mtok"],
      outputUsdPerMtok: fields["output_usd_per_mtok"],
      cachedInputUsdPerMtok: cached === "" ? null : cached,
      openWeights: fields["open_weights"] === "yes",
      validFrom: fields["valid_from"],
      source: { kind: "catalogue", ref: sourceOf(fields), asOf: fields["valid_from"] },
    });
    if (!price.success) throw new Failure("bad_input", `${name}, line ${line}: ${price.error.issues[0]!.message}`);
    for (const amount of [price.data.inputUsdPerMtok, price.data.outputUsdPerMtok]) {
      const usd = Number(parseMoney(amount)) / 1e12;
      if (usd >= API_MTOK_USD.low && usd <= API_MTOK_USD.high) continue;
      throw new Failure("bad_input", `${name}, line ${line}: ${amount} USD per million tokens cannot be`, {
        hint: "prices here are per million tokens, not per thousand and not per token",
      });
    }
    return price.data;
  });
}

function sourceOf(fields: Readonly<Record<string, string>>): string {
  return [fields["source"], fields["note"]].filter((part) => part !== undefined && part !== "").join("; ");
}
