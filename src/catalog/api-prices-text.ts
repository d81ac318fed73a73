import { formatMoney, parseMoney } from "../base/money.ts";
import { type Column, textTable, wrapText } from "../base/text-table.ts";
import type { ApiPrice, ContextTier } from "../domain/price.ts";

const RIGHT = { align: "right" } as const;

const COLUMNS: readonly Column[] = [
  { head: "model" },
  { head: "input", ...RIGHT },
  { head: "cached", ...RIGHT },
  { head: "output", ...RIGHT },
  { head: "seller" },
  { head: "since" },
];

/** Text of the API prices in force on a day, in US dollars per million tokens. */
export function apiPricesText(prices: readonly ApiPrice[], on: string): string {
  if (prices.length === 0) return `unknown: no API price is in force on ${on}`;
  const rows = prices.map((price) => [
    price.model,
    cents(price.inputUsdPerMtok),
    cents(price.cachedInputUsdPerMtok),
    cents(price.outputUsdPerMtok),
    price.sellerClass,
    since(price),
  ]);
  return `${textTable(COLUMNS, rows)}\n\nUSD per million tokens; – is not offered or not published`;
}

/** Text of all prices of one API model: its tiers, cache, batch and training, its sources and doubts. */
export function apiPriceHistoryText(model: string, prices: readonly ApiPrice[], note: string | null): string {
  const isTuned = prices.some((price) => price.trainingUsdPerMtok !== null || price.tunedFrom !== null);
  const columns: Column[] = [
    { head: "since" },
    { head: "until" },
    { head: "requests" },
    ...["input", "cached", "write", "output", "batch in", "batch out"].map((head) => ({ head, ...RIGHT })),
    ...(isTuned ? [{ head: "training", ...RIGHT }] : []),
  ];
  const rows = prices.flatMap((price) => [
    [
      price.validFrom === null && price.validTo !== null ? "not known" : since(price),
      price.validTo ?? "open",
      price.tiers.length === 0 ? "all" : "shorter",
      ...tokenCells(price),
      cents(price.batchInputUsdPerMtok),
      cents(price.batchOutputUsdPerMtok),
      ...(isTuned ? [cents(price.trainingUsdPerMtok)] : []),
    ],
    ...price.tiers.map((tier) => ["", "", `above ${tier.aboveInputTokens} input`, ...tokenCells(tier), "", ""]),
  ]);
  const [first] = prices;
  const about = [
    first?.sellerClass ?? "",
    first?.tunedFrom === null || first?.tunedFrom === undefined ? "" : `fine-tuned from ${first.tunedFrom}`,
  ].filter((part) => part !== "");
  const said = new Set([
    ...prices.map((price) => `source: ${price.source.ref}; seen ${price.seenOn}`),
    ...prices.flatMap((price) => (price.note === "" ? [] : [`note: ${price.note}`])),
    ...(note === null ? [] : [`careful: ${note}`]),
  ]);
  return [
    `${model} (${about.join(", ")})`,
    "",
    textTable(columns, rows),
    "",
    "USD per million tokens; – is not offered or not published",
    ...[...said].map((line) => wrapText(line)),
  ].join("\n");
}

function tokenCells(tier: Omit<ContextTier, "aboveInputTokens">): string[] {
  const { inputUsdPerMtok, cachedInputUsdPerMtok, cacheWriteUsdPerMtok, outputUsdPerMtok } = tier;
  return [inputUsdPerMtok, cachedInputUsdPerMtok, cacheWriteUsdPerMtok, outputUsdPerMtok].map(cents);
}

function since(price: ApiPrice): string {
  return price.validFrom ?? `seen ${price.seenOn}`;
}

/** The exact amount with at least two decimals. */
function cents(usd: string | null): string {
  return usd === null ? "–" : formatMoney(parseMoney(usd));
}
