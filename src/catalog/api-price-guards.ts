import { spread } from "../base/quantile.ts";
import type { ApiPrice, QuarantinedPrice } from "../domain/price.ts";
import type { PricedModel } from "./api-price-file.ts";
import { API_PART_GUARDS, type Broken, brokenPart } from "./api-price-parts.ts";

/**
 * Lowest and highest plausible API price per million tokens, US dollars. A price below half a cent or above 200 dollars
 * refers to a different number of tokens, or is a typing error.
 */
export const API_MTOK_USD = { low: 0.005, high: 200 } as const;

/** Lowest plausible cache read price as a share of the input price; the lowest on the market is 1/50. */
const LEAST_CACHED_SHARE = 0.004;

/**
 * Plausible ratios of output to input price. On the market they are 1 to 14 for text and 20 for speech; one list price
 * is at 0.06.
 */
const OUTPUT_OVER_INPUT = { low: 0.05, high: 40 } as const;

/** Ratio between prices of one model from two sellers, or at two times, above which one of them must be wrong. */
const PEER_FACTOR = 20;

/** Guards for API prices, each with a real error that it would have caught. */
export const API_PRICE_GUARDS = [
  {
    id: "per-million",
    rule: `input and output cost ${API_MTOK_USD.low} to ${API_MTOK_USD.high} USD per million tokens`,
    seen: "LiteLLM PR 38167: 16 entries off by 1000x or more; an article that gave prices per million as per thousand",
  },
  {
    id: "api-peers",
    rule: `the same model elsewhere costs within ${PEER_FACTOR}x`,
    seen: "OpenRouter prices per token commented as per million (TokenLedgerRs)",
  },
  {
    id: "output-over-input",
    rule: `output costs ${OUTPUT_OVER_INPUT.low}x to ${OUTPUT_OVER_INPUT.high}x as much as input`,
    seen: "one column per thousand and the other per million tokens",
  },
  {
    id: "cached-below-input",
    rule: `a cache read costs ${LEAST_CACHED_SHARE}x to 1x as much as input`,
    seen: "LiteLLM: the cache read price of ft:gpt-4o-2024-11-20 is in the field for writes",
  },
  ...API_PART_GUARDS,
  {
    id: "one-price-per-model-and-day",
    rule: "a model has one price from one day on",
    seen: "a row added below the one that it should replace: it is not clear which of the two applies",
  },
] as const;

/** Units in price lists: the name, and the US dollars per million tokens for one unit. */
const UNITS = [
  { name: "per token", factor: 1e6 },
  { name: "per thousand tokens", factor: 1e3 },
  { name: "per million tokens", factor: 1 },
  { name: "in cents per million tokens", factor: 1e-2 },
  { name: "per billion tokens", factor: 1e-3 },
] as const;

/**
 * Separates prices that pass the guards from those that do not. If a price seems to refer to another number of tokens,
 * the reason names the likely unit and the converted price.
 *
 * @param peers  known prices of the same model elsewhere, for comparison
 */
export function guardApiPrices(
  rows: readonly PricedModel[],
  peers: readonly ApiPrice[] = [],
): { kept: PricedModel[]; quarantined: QuarantinedPrice[] } {
  const known = peerPrices(peers);
  const kept: PricedModel[] = [];
  const first = new Map<string, PricedModel>();
  const quarantined: QuarantinedPrice[] = [];
  for (const row of rows) {
    const key = `${row.price.model.toLowerCase()} ${row.price.validFrom ?? ""}`;
    const broken = brokenGuard(row, known) ?? brokenByEarlier(row, first.get(key));
    if (broken === undefined) {
      kept.push(row);
      if (!first.has(key)) first.set(key, row);
    } else quarantined.push({ line: row.line, text: row.text, ...broken });
  }
  return { kept, quarantined };
}

/** A second, different price of a model from the same day on. An identical price is not an error. */
function brokenByEarlier({ price }: PricedModel, earlier: PricedModel | undefined): Broken | undefined {
  if (earlier === undefined) return undefined;
  const { inputUsdPerMtok: input, outputUsdPerMtok: output } = earlier.price;
  if (input === price.inputUsdPerMtok && output === price.outputUsdPerMtok) return undefined;
  return {
    guard: "one-price-per-model-and-day",
    reason: `${price.model} costs ${input} and ${output} from the same day on${earlier.line === null ? "" : ` by line ${earlier.line}`}: give the later row its valid_from, or delete one`,
  };
}

function brokenGuard(
  { price, perTokens = 1e6 }: PricedModel,
  known: ReadonlyMap<string, number[]>,
): Broken | undefined {
  const [input, output] = [Number(price.inputUsdPerMtok), Number(price.outputUsdPerMtok)];
  const peers = known.get(modelKey(price.model));
  const peer = peers === undefined || peers.length === 0 ? undefined : spread(peers).p50;
  for (const [side, usd] of [
    ["input", input],
    ["output", output],
  ] as const) {
    if (usd >= API_MTOK_USD.low && usd <= API_MTOK_USD.high) continue;
    return {
      guard: "per-million",
      reason: `${side} at ${shown(usd)} USD per million tokens is not plausible${likelyUnit(usd, { perTokens, peer: side === "input" ? peer : undefined })}`,
    };
  }
  if (peer !== undefined && (input > peer * PEER_FACTOR || input < peer / PEER_FACTOR)) {
    return {
      guard: "api-peers",
      reason: `input at ${shown(input)} USD per million tokens, ${shown(peer)} for this model elsewhere${likelyUnit(input, { perTokens, peer })}`,
    };
  }
  const ratio = output / input;
  if (ratio < OUTPUT_OVER_INPUT.low || ratio > OUTPUT_OVER_INPUT.high) {
    return {
      guard: "output-over-input",
      reason: `output costs ${shown(ratio)}x as much as input: the two columns may be in different units`,
    };
  }
  return brokenCache(price, input) ?? brokenPart(price);
}

function brokenCache(price: ApiPrice, input: number): Broken | undefined {
  if (price.cachedInputUsdPerMtok === null) return undefined;
  const share = Number(price.cachedInputUsdPerMtok) / input;
  if (share >= LEAST_CACHED_SHARE && share <= 1) return undefined;
  return {
    guard: "cached-below-input",
    reason: `a cache read at ${price.cachedInputUsdPerMtok} is ${shown(share)}x the price of input at ${price.inputUsdPerMtok}`,
  };
}

/**
 * The likely unit of a price: the one that brings it closest to the price of the same model elsewhere, or to a typical
 * price. Undefined if the price is just above the known maximum, because it may be a more expensive model.
 */
function likelyUnit(usd: number, { perTokens, peer }: { perTokens: number; peer: number | undefined }): string {
  if (peer === undefined && usd > API_MTOK_USD.low && usd < API_MTOK_USD.high * 5) return "";
  const written = (usd * perTokens) / 1e6;
  const fits = UNITS.map(({ name, factor }) => ({ name, usd: written * factor })).filter(
    (unit) => unit.usd !== usd && unit.usd >= API_MTOK_USD.low && unit.usd <= API_MTOK_USD.high,
  );
  const [best, second] = fits.toSorted((a, b) => off(a.usd, peer ?? 1) - off(b.usd, peer ?? 1));
  if (best === undefined || (peer !== undefined && off(best.usd, peer) > Math.log(PEER_FACTOR))) return "";
  const other = second === undefined || peer !== undefined ? "" : `, or ${second.name}: ${shown(second.usd)}`;
  return `; ${shown(written)} looks like a price ${best.name}: ${shown(best.usd)} per million${other}`;
}

function off(usd: number, expected: number): number {
  return Math.abs(Math.log(usd / expected));
}

/** Input prices by model, over all sellers. */
function peerPrices(peers: readonly ApiPrice[]): Map<string, number[]> {
  const known = new Map<string, number[]>();
  for (const { model, inputUsdPerMtok } of peers) {
    const key = modelKey(model);
    known.set(key, [...(known.get(key) ?? []), Number(inputUsdPerMtok)]);
  }
  return known;
}

/** The last part of a name, which identifies a model regardless of the seller. */
function modelKey(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1).toLowerCase();
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}
