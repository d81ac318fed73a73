import { readFileSync } from "node:fs";

import { spread } from "../base/quantile.ts";
import { counted } from "../base/words.ts";
import type { Quantity } from "../domain/estimate.ts";
import type { GpuPrice, QuarantinedPrice, SellerClass, Term } from "../domain/price.ts";
import { findGpu } from "./gpus.ts";
import { offerDay, readPriceFile } from "./price-file.ts";
import { guardPrices, middleUsd } from "./price-guards.ts";

/** Prices that may be used, and quarantined ones with reasons. */
export type PriceBook = { prices: readonly GpuPrice[]; quarantined: readonly QuarantinedPrice[] };

/** Filter for prices; absent fields match everything. `gpu` is an id or alias of the catalogue. */
export type PriceFilter = { gpu?: string; term?: Term; sellerClass?: SellerClass; on: string };

/** Days after which an observed price is too old for estimates: rental prices have changed by 40-50 % in a year. */
const PRICE_MAX_AGE_DAYS = 365;

/** Number of sellers from which list prices alone form a range; with fewer, a published range over sellers is added. */
const ENOUGH_SELLERS = 3;

const SELLERS: Readonly<Record<SellerClass, string>> = {
  hyperscaler: "a hyperscaler",
  neocloud: "a neocloud",
  marketplace: "a marketplace",
  "own-contract": "your own contract",
};

let book: PriceBook | undefined;

/**
 * The price book of the catalogue: the ranges of an article for May 2026 and dated list prices of over 20 sellers. It
 * includes undated rows, which are never in force, but not rows that failed a guard.
 */
export function allPrices(): readonly GpuPrice[] {
  return bundled().prices;
}

/**
 * The price book with a user's rows from `prices.csv` next to the programme. A row of the same offer with a later or
 * equal day replaces the catalogue's.
 *
 * @param text  the file's text, or undefined if there is none
 * @throws Failure bad_input if it is not a price file
 */
export function pricesWith(text: string | undefined, name = "prices.csv"): PriceBook {
  if (text === undefined) return bundled();
  const file = readPriceFile(text, name);
  const { kept, quarantined } = guardPrices(file.rows, bundled().prices);
  const own = kept.map((row) => row.price);
  const replaced = new Set(own.map(offerDay));
  return {
    prices: [...bundled().prices.filter((price) => !replaced.has(offerDay(price))), ...own],
    quarantined: [...file.quarantined, ...quarantined],
  };
}

/**
 * The prices in force on a day: for each sku the row with the latest `validFrom` up to that day, unless it has ended. A
 * row whose source gives no day is never in force: it is shown but not used.
 *
 * @throws Failure not_found for an unknown GPU
 */
export function pricesOn(filter: PriceFilter, prices: readonly GpuPrice[] = allPrices()): GpuPrice[] {
  const latest = new Map<string, GpuPrice>();
  const wanted = filter.gpu === undefined ? filter : { ...filter, gpu: findGpu(filter.gpu).id };
  for (const price of prices) {
    if (!matches(price, wanted) || price.validFrom === null || price.validFrom > filter.on) continue;
    const known = latest.get(price.sku);
    if (known === undefined || known.validFrom! <= price.validFrom) latest.set(price.sku, price);
  }
  return [...latest.values()].filter((price) => price.validTo === null || filter.on < price.validTo);
}

/**
 * US dollars per GPU-hour on a day, as a range over sellers.
 *
 * Each seller counts once, with the median of its latest rows for this GPU and term (regions and instance sizes). p10,
 * p50 and p90 are quantiles over the sellers. If fewer than three sellers have a list price, a published range over
 * sellers is added with the weight of one seller, half of it at each end; alone, its ends are used as p10 and p90 and
 * their geometric mean as p50. The price of a single seller is the p50, with the usual spread between sellers around it
 * (`sellerSpread`); a contract of your own is one price. Rows older than a year are not used. Another term or seller
 * class is never used as a replacement: without matching rows the answer is a refusal that lists what is available.
 *
 * @returns the range, and the rows behind it (`n` is their number)
 * @throws Failure not_found for an unknown GPU
 */
export function gpuHourPrice(
  asked: Required<PriceFilter>,
  prices: readonly GpuPrice[] = allPrices(),
): { quantity: Quantity; rows: GpuPrice[] } {
  const filter = { ...asked, gpu: findGpu(asked.gpu).id };
  const fresh = pricesOn(filter, prices).filter((price) => ageDays(price, filter.on) <= PRICE_MAX_AGE_DAYS);
  const lists = newestBySeller(fresh.filter((price) => price.kind !== "range"));
  const ranges = fresh.filter((price) => price.kind === "range");
  const useRanges = lists.size < ENOUGH_SELLERS;
  const rows = [...[...lists.values()].flat(), ...(useRanges ? ranges : [])];
  if (rows.length === 0) return { quantity: refusal(filter, prices), rows };
  const medians = mediansOf(lists);
  const ends = useRanges ? ranges.flatMap((price) => [Number(price.lowUsd), Number(price.highUsd)]) : [];
  const [only] = ranges;
  const found =
    lists.size === 0 && ranges.length === 1
      ? { p10: Number(only!.lowUsd), p50: middleUsd(only!), p90: Number(only!.highUsd) }
      : spread(ends.length > 0 ? [...medians, ...medians, ...ends] : medians); // an end has half the weight
  const isOnePrice = useRanges && found.p10 === found.p90 && filter.sellerClass !== "own-contract";
  const others = isOnePrice ? sellerSpread(filter, prices) : undefined;
  const range = others === undefined ? found : { ...found, p10: found.p50 * others.low, p90: found.p50 * others.high };
  const parts = [
    lists.size > 0 ? `${lists.size} ${lists.size === 1 ? "seller" : "sellers"} with list prices` : "",
    ends.length > 0 ? `${ranges.length} published range over sellers` : "",
    others === undefined ? "" : `the usual spread between sellers around it (${others.basis})`,
  ].filter((part) => part !== "");
  return {
    quantity: {
      p10: rounded(range.p10),
      p50: rounded(range.p50),
      p90: rounded(range.p90),
      unit: "USD",
      basis: `${filter.gpu} ${filter.term} ${filter.sellerClass} in force on ${filter.on}: ${parts.join(" and ")}, ${ageWords(rows, filter.on)}; ${others === undefined ? `each seller once${ends.length > 0 && lists.size > 0 ? ", a range as one seller" : ""}, quantiles over sellers` : "p50 is its list price"}`,
      n: rows.length,
      sources: [...new Set(rows.map((price) => `${price.source.ref}, since ${price.validFrom}`))],
    },
    rows,
  };
}

/** Ratios of the low and high ends over sellers to their middle. */
type SellerSpread = { low: number; high: number; basis: string };

const spreads = new WeakMap<readonly GpuPrice[], Map<string, SellerSpread | undefined>>();

/**
 * The usual spread between sellers on a day: the median of p10 / p50 and of p90 / p50 over the GPUs with at least three
 * sellers for the same term and class, otherwise over those of any class; undefined if no GPU has that many.
 */
function sellerSpread(
  { term, sellerClass, on }: Required<PriceFilter>,
  prices: readonly GpuPrice[],
): SellerSpread | undefined {
  const known = spreads.get(prices) ?? new Map<string, SellerSpread | undefined>();
  spreads.set(prices, known);
  const key = `${term} ${sellerClass} ${on}`;
  if (!known.has(key)) known.set(key, spreadOf({ term, sellerClass, on }, prices) ?? spreadOf({ on }, prices));
  return known.get(key);
}

function spreadOf(filter: PriceFilter, prices: readonly GpuPrice[]): SellerSpread | undefined {
  const offers = new Map<string, GpuPrice[]>();
  for (const row of pricesOn(filter, prices)) {
    if (row.kind === "range" || ageDays(row, filter.on) > PRICE_MAX_AGE_DAYS) continue;
    const key = `${row.gpu} ${row.term} ${row.sellerClass}`;
    offers.set(key, [...(offers.get(key) ?? []), row]);
  }
  const cells = [...offers.values()].map(newestBySeller).filter((sellers) => sellers.size >= ENOUGH_SELLERS);
  if (cells.length === 0) return undefined;
  const ends = cells.map((sellers) => spread(mediansOf(sellers)));
  const low = spread(ends.map(({ p10, p50 }) => p10 / p50)).p50;
  const high = spread(ends.map(({ p50, p90 }) => p90 / p50)).p50;
  const what = filter.term === undefined ? "any term and class" : `${filter.term}, ${filter.sellerClass}`;
  return {
    low,
    high,
    basis: `×${low.toFixed(2)} to ×${high.toFixed(2)}, the median of ${counted(cells.length, "offer")} with ${ENOUGH_SELLERS} sellers or more: ${what}`,
  };
}

function mediansOf(sellers: ReadonlyMap<string, readonly GpuPrice[]>): number[] {
  return [...sellers.values()].map((own) => spread(own.map(middleUsd)).p50);
}

/** Days of the prices behind a GPU-hour, and the age of the oldest: every plan that uses them states it. */
function ageWords(rows: readonly GpuPrice[], on: string): string {
  const days = rows.map(({ validFrom }) => validFrom!).toSorted();
  const [oldest, newest] = [days[0]!, days.at(-1)!];
  const age = Math.max(...rows.map((row) => Math.round(ageDays(row, on))));
  if (oldest === newest) return `of ${oldest}, ${counted(age, "day")} old`;
  return `of ${oldest} to ${newest}, the oldest ${counted(age, "day")} old`;
}

/** Days between the day of a price and another day; infinite for an undated price. */
export function ageDays(price: GpuPrice, on: string): number {
  if (price.validFrom === null) return Number.POSITIVE_INFINITY;
  return (Date.parse(on) - Date.parse(price.validFrom)) / 86_400_000;
}

function bundled(): PriceBook {
  if (book) return book;
  const file = readPriceFile(readFileSync(new URL("./data/gpu-prices.csv", import.meta.url), "utf8"), "gpu-prices.csv");
  const { kept, quarantined } = guardPrices(file.rows);
  book = { prices: kept.map((row) => row.price), quarantined: [...file.quarantined, ...quarantined] };
  return book;
}

function matches(price: GpuPrice, filter: Omit<PriceFilter, "on">): boolean {
  return (
    (filter.gpu === undefined || price.gpu === filter.gpu) &&
    (filter.term === undefined || price.term === filter.term) &&
    (filter.sellerClass === undefined || price.sellerClass === filter.sellerClass)
  );
}

/** Only the rows of each seller's latest day, because the seller has since changed the older prices. */
function newestBySeller(prices: readonly GpuPrice[]): Map<string, GpuPrice[]> {
  const bySeller = new Map<string, GpuPrice[]>();
  for (const price of prices) {
    const known = bySeller.get(price.seller);
    const newest = known?.[0]?.validFrom ?? "";
    if (known === undefined || price.validFrom! > newest) bySeller.set(price.seller, [price]);
    else if (price.validFrom === newest) known.push(price);
  }
  return bySeller;
}

function refusal(filter: Required<PriceFilter>, prices: readonly GpuPrice[]): Quantity {
  const { gpu, term, sellerClass, on } = filter;
  const dated = prices.filter((price) => matches(price, { gpu, term, sellerClass }) && price.validFrom !== null);
  const first = dated.map((price) => price.validFrom!).toSorted()[0];
  const others = [
    ...new Set(
      pricesOn({ gpu, on }, prices).map(({ term: sold, sellerClass: by }) =>
        by === sellerClass ? `${sold} from ${SELLERS[by]}` : `${sold} from ${SELLERS[by]} (--seller-class ${by})`,
      ),
    ),
  ].toSorted();
  const yours = "give yours: --usd-per-gpu-hour, gpuUsdPerHour in programme.yaml, or a row of prices.csv";
  const why =
    first === undefined
      ? "the price book has none"
      : first > on
        ? `the first dated one is from ${first}`
        : `the last dated ones are more than ${PRICE_MAX_AGE_DAYS} days old or have ended`;
  return {
    refused: `no ${term} price of ${gpu} from ${SELLERS[sellerClass]} on ${on}: ${why}`,
    hint:
      others.length > 0
        ? `in force that day: ${others.join(", ")}; or ${yours}`
        : `${yours} (tunewright prices import converts a contract or a price list)`,
  };
}

/** Removes rounding noise after the sixth decimal. */
function rounded(usd: number): number {
  return Number(usd.toFixed(6));
}
