import { readFileSync } from "node:fs";

import { Failure } from "../base/failure.ts";
import { suggest } from "../base/suggest.ts";
import type { ApiPrice, QuarantinedPrice } from "../domain/price.ts";
import { apiEnd } from "./api-ends.ts";
import { batchPrices } from "./api-batch.ts";
import { type ApiPriceFile, readApiPriceFile } from "./api-price-file.ts";
import { guardApiPrices } from "./api-price-guards.ts";

/** API prices that may be used, and quarantined ones with reasons. */
export type ApiPriceBook = { prices: readonly ApiPrice[]; quarantined: readonly QuarantinedPrice[] };

/** Days after which an observed API price is old: prices of one model have fallen by 20-80 % within a year. */
const API_PRICE_OLD_DAYS = 183;

let book: ApiPriceBook | undefined;

/**
 * The API prices of the catalogue, US dollars per **million** tokens: those of `api-prices-listed.csv`, which a script
 * generates from a package of list prices, and those of `api-prices.csv` for the models that the package lacks (hosts,
 * fine-tunes). No model is in both.
 */
export function apiPriceBook(): ApiPriceBook {
  if (book) return book;
  const [listed, added] = [dataFile("api-prices-listed.csv"), dataFile("api-prices.csv")];
  const models = new Set(listed.rows.map(({ price }) => price.model.toLowerCase()));
  const rows = added.rows.filter(({ price }) => !models.has(price.model.toLowerCase()));
  const { kept, quarantined } = guardApiPrices([...listed.rows, ...rows]);
  return (book = {
    prices: kept.map(({ price }) => batchPrices(price)),
    quarantined: [...listed.quarantined, ...added.quarantined, ...quarantined],
  });
}

function dataFile(name: string): ApiPriceFile {
  const text = readFileSync(new URL(`./data/${name}`, import.meta.url), "utf8");
  return readApiPriceFile(text, name, { sellerClass: "open-weight-host", kind: "catalogue", seenOn: null });
}

/** All API prices of the catalogue, including past and announced ones. */
export function allApiPrices(): readonly ApiPrice[] {
  return apiPriceBook().prices;
}

/**
 * The price book with a user's rows. If the user has a row for a model, only the user's rows are used for it, because
 * nobody pays the list price in addition to a contract.
 */
export function apiPricesWith(own: readonly ApiPrice[], known: ApiPriceBook = apiPriceBook()): ApiPriceBook {
  const mine = new Set(own.map((price) => price.model.toLowerCase()));
  const listed = known.prices.filter((price) => !mine.has(price.model.toLowerCase()));
  return { ...known, prices: [...listed, ...own] };
}

/** The API prices in force on a day, one per model. */
export function apiPricesOn(on: string, prices: readonly ApiPrice[] = allApiPrices()): ApiPrice[] {
  const models = new Map<string, ApiPrice[]>();
  for (const price of prices) models.set(price.model, [...(models.get(price.model) ?? []), price]);
  return [...models.values()]
    .flatMap((rows) => inForce(rows, on) ?? [])
    .map((price) => withEnd(price, on))
    .toSorted((a, b) => (a.model < b.model ? -1 : 1));
}

/**
 * The price of an API model.
 *
 * @param model   `seller/model`, in any case, or a dated snapshot of it; the seller may be omitted if there is only
 * one, or only one of them is the maker
 * @param on      day, YYYY-MM-DD: the row in force then, otherwise the first known (see its dates); without it, the
 * newest row
 * @param prices  the price book; default: the catalogue's
 * @throws Failure not_found with the closest names
 */
export function findApiPrice(model: string, on?: string, prices: readonly ApiPrice[] = allApiPrices()): ApiPrice {
  const name = findApiModel(model, prices);
  const rows = byDay(prices.filter((price) => price.model === name));
  return (on === undefined ? rows.at(-1) : inForce(rows, on)) ?? rows[0]!;
}

/** A name of an API model that several sellers offer. */
export class AmbiguousModel extends Failure {}

/** The full name of an API model. @throws Failure not_found with the closest names */
export function findApiModel(model: string, prices: readonly ApiPrice[] = allApiPrices()): string {
  const wanted = model.trim().toLowerCase();
  const names = [...new Map(prices.map((price) => [price.model, price.sellerClass]))];
  const exact = names.filter(([name]) => name.toLowerCase() === wanted);
  const bare = exact.length > 0 ? exact : names.filter(([name]) => name.toLowerCase().endsWith(`/${wanted}`));
  const found = bare.length > 0 ? bare : snapshotOf(wanted, names);
  const makers = found.filter(([, sellerClass]) => sellerClass === "own-contract" || sellerClass === "first-party");
  const [only, ...others] = makers.length === 1 ? makers : found;
  if (only !== undefined && others.length === 0) return only[0];
  const near =
    only === undefined
      ? nearNames(
          model,
          names.map(([name]) => name),
        )
      : found.slice(0, 6).map(([name]) => name);
  const FailureOfName = only === undefined ? Failure : AmbiguousModel;
  throw new FailureOfName(
    "not_found",
    only === undefined
      ? `the API model "${model.slice(0, 80)}" has no price in the catalogue`
      : `several sellers offer the API model "${model}"`,
    {
      hint:
        near.length > 0
          ? `did you mean ${near.map((text) => `"${text}"`).join(" or ")}?`
          : "tunewright prices list --api lists the priced models; or set today.apiUsdPerMonth",
    },
  );
}

/** Names similar to an unknown one; for a known seller, only its own models. */
function nearNames(model: string, names: readonly string[]): string[] {
  const slash = model.lastIndexOf("/") + 1;
  const seller = model.slice(0, slash).trim().toLowerCase();
  const own = names.filter((name) => seller !== "" && name.toLowerCase().startsWith(seller));
  if (own.length === 0) return suggest(model, new Set(names));
  const near = suggest(model.slice(slash), new Set(own.map((name) => name.slice(slash))));
  return own.filter((name) => near.includes(name.slice(slash))).slice(0, 3);
}

/**
 * Reason why an API price is weak on a day: its model is withdrawn, it is old, was not yet observed, or has ended. Undefined if it is not weak.
 */
export function apiPriceNote(price: ApiPrice, on: string): string | undefined {
  const end = price.sellerClass === "own-contract" ? undefined : apiEnd(price.model, on);
  if (end !== undefined) return `the seller withdrew ${price.model} on ${end.date} (${end.source})`;
  if (price.validFrom !== null && price.validFrom > on) {
    return `the price of ${price.model} is valid from ${price.validFrom}; no price is known for ${on}`;
  }
  if (price.validTo !== null && price.validTo <= on) {
    return `the price of ${price.model} ended on ${price.validTo}; no price is known for ${on}`;
  }
  if (price.validFrom === null && price.seenOn > on) {
    return `the price of ${price.model} was first seen on ${price.seenOn}; no price is known for ${on}`;
  }
  const days = Math.round((Date.parse(on) - Date.parse(price.seenOn)) / 86_400_000);
  if (days <= API_PRICE_OLD_DAYS) return undefined;
  return `the price of ${price.model} was last seen on ${price.seenOn}, ${days} days before: look it up again, or add your own to api-prices.csv`;
}

/**
 * True if a seller is withdrawing a model or has withdrawn it. The model keeps its price as long as it is available,
 * but is not suggested. A model that is currently used or named by the user keeps its price, with that note.
 *
 * @source the mark of the list that `scripts/list-api-prices.mjs` reads, and the dates of `model-lifecycle.csv`
 */
export function isWithdrawn({ note }: Pick<ApiPrice, "note">): boolean {
  return note.includes(WITHDRAWS) || note.includes(WITHDREW);
}

/** Statement that a seller has withdrawn a model by a day, or is withdrawing it; undefined if there is none. */
export function apiWithdrawal(price: ApiPrice, on: string): string | undefined {
  if (price.sellerClass === "own-contract") return undefined;
  const end = apiEnd(price.model, on);
  if (end !== undefined) return `its seller withdrew it on ${end.date} (${end.source})`;
  return price.note.includes(WITHDRAWS) ? "its seller withdraws it" : undefined;
}

/**
 * Statement that new customers cannot buy an offer, such as a fine-tune that its seller no longer trains for them;
 * undefined if there is none.
 */
export function apiClosed({ note }: Pick<ApiPrice, "note">): string | undefined {
  return note.split("; ").find((part) => /closed to new (?:users|customers)/.test(part));
}

const WITHDRAWS = "the seller withdraws this model";
const WITHDREW = "the seller withdrew this model";

/** A list price with a note if its model has stopped answering by the day. A user's own price is not marked. */
function withEnd(price: ApiPrice, on: string): ApiPrice {
  const end = price.sellerClass === "own-contract" ? undefined : apiEnd(price.model, on);
  if (end === undefined) return price;
  const note = `${WITHDREW} on ${end.date} (${end.source})`;
  return { ...price, note: price.note === "" ? note : `${price.note}; ${note}` };
}

/** The row in force on a day: the latest that has begun and has not ended. */
function inForce(rows: readonly ApiPrice[], on: string): ApiPrice | undefined {
  return byDay(rows).findLast(
    ({ validFrom, validTo }) => (validFrom === null || validFrom <= on) && (validTo === null || on < validTo),
  );
}

/** Oldest first; a row without a first day is older than all others. */
function byDay(rows: readonly ApiPrice[]): ApiPrice[] {
  return rows.toSorted((a, b) => ((a.validFrom ?? "") < (b.validFrom ?? "") ? -1 : 1));
}

type Named = [name: string, sellerClass: ApiPrice["sellerClass"]];

/** The model for a dated or differently spelled name: `gpt-4o-2024-08-06`, `claude-sonnet-4.5`, `ft:gpt-4o:acme::1`. */
function snapshotOf(wanted: string, names: readonly Named[]): Named[] {
  const key = spelling(withoutOwner(wanted).replace(/-(?:\d{8}|\d{4}-\d\d-\d\d)$/, ""));
  return names.filter(([name]) => {
    const known = spelling(name.toLowerCase());
    return known === key || known.endsWith(`/${key}`);
  });
}

/** A name with one separator instead of all points, and without the suffix for the newest snapshot. */
function spelling(name: string): string {
  return name.replace(/-latest$/, "").replaceAll(".", "-");
}

/** `ft:gpt-4o` for the full name of a fine-tune: `ft:gpt-4o-2024-08-06:acme::1`, `gpt-4o-2024-08-06.ft-1`. */
function withoutOwner(name: string): string {
  const parts = /^((?:[^/:]+\/)*)(ft:)?([a-z][\w.-]*?)(?:-\d{4}(?:-\d\d-\d\d)?)?(\.ft-|:|$)/.exec(name);
  if (parts === null || (parts[2] === undefined && parts[4] !== ".ft-")) return name;
  return `${parts[1]}ft:${parts[3]}`;
}
