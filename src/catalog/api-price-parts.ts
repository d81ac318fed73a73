import type { ApiPrice } from "../domain/price.ts";

/** The part of a price that a guard rejected, and what was expected. */
export type Broken = { guard: string; reason: string };

/** Ratio of a tier, batch or cache write price to the list price above which it must be in another unit. */
const PART_FACTOR = 10;

/** Highest plausible price of a million trained tokens, US dollars; the most expensive on the market is 25. */
const TRAINING_USD = { low: 0.005, high: 200 } as const;

/** Guards for the prices of a row other than its two main ones. */
export const API_PART_GUARDS = [
  {
    id: "parts-in-one-unit",
    rule: `tiers, batches and cache writes cost within ${PART_FACTOR}x of the list price, training ${TRAINING_USD.low} to ${TRAINING_USD.high} USD per million tokens`,
    seen: "lists that give tiers per token next to prices per million",
  },
  {
    id: "api-ends-after-it-begins",
    rule: "the last day of a price is not before its first",
    seen: "two dates in the wrong columns: such a price is never in force",
  },
] as const;

/** The first of these guards that a price fails. */
export function brokenPart(price: ApiPrice): Broken | undefined {
  const { validFrom, validTo, trainingUsdPerMtok: training } = price;
  if (validFrom !== null && validTo !== null && validTo <= validFrom) {
    return {
      guard: "api-ends-after-it-begins",
      reason: `valid_to ${validTo} is not after valid_from ${validFrom}: it is never in force`,
    };
  }
  if (training !== null && (Number(training) < TRAINING_USD.low || Number(training) > TRAINING_USD.high)) {
    return {
      guard: "parts-in-one-unit",
      reason: `training at ${training} USD per million tokens is not plausible: is it per another number of tokens?`,
    };
  }
  const odd = partsOf(price).find(({ usd, list }) => off(usd, list) > PART_FACTOR);
  return odd === undefined
    ? undefined
    : {
        guard: "parts-in-one-unit",
        reason: `${odd.name} at ${odd.usd} next to a list price of ${odd.list} USD per million tokens: the two may be in different units`,
      };
}

type Part = { name: string; usd: string; list: string };

function partsOf(price: ApiPrice): Part[] {
  const { inputUsdPerMtok: input, outputUsdPerMtok: output } = price;
  const part = (name: string, usd: string | null, list: string): Part[] => (usd === null ? [] : [{ name, usd, list }]);
  return [
    ...part("batch_input", price.batchInputUsdPerMtok, input),
    ...part("batch_output", price.batchOutputUsdPerMtok, output),
    ...part("cache_write", price.cacheWriteUsdPerMtok, input),
    ...price.tiers.flatMap((tier) => [
      ...part(`the tier above ${tier.aboveInputTokens}: input`, tier.inputUsdPerMtok, input),
      ...part(`the tier above ${tier.aboveInputTokens}: output`, tier.outputUsdPerMtok, output),
      ...part(`the tier above ${tier.aboveInputTokens}: cache write`, tier.cacheWriteUsdPerMtok, tier.inputUsdPerMtok),
    ]),
  ];
}

/** Ratio of the larger to the smaller price. */
function off(usd: string, list: string): number {
  const ratio = Number(usd) / Number(list);
  return ratio > 0 ? Math.max(ratio, 1 / ratio) : Number.POSITIVE_INFINITY;
}
