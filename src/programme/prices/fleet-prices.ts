import { priceNote } from "../../catalog/price-note.ts";
import { gpuHourPrice } from "../../catalog/prices.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { GpuPrice, SellerClass, Term } from "../../domain/price.ts";
import type { FleetPrice } from "../../plan/fleet/fleet-request.ts";

/** Prices of any GPU by any term: those of a price book on a day, or one that the user states for a term. */
export function fleetPrices({
  prices,
  sellerClass,
  on,
  stated,
}: {
  prices: readonly GpuPrice[];
  sellerClass: SellerClass;
  on: string;
  stated?: { usd: Quantity; term: Term } | undefined;
}): (gpuId: string, term: Term) => FleetPrice {
  const known = new Map<string, FleetPrice>();
  return (gpuId, term) => {
    if (stated !== undefined)
      return { usd: stated.term === term ? stated.usd : notStated(stated.term), note: undefined };
    const key = `${gpuId} ${term}`;
    const found = known.get(key) ?? lookUp({ gpu: gpuId, term, sellerClass, on }, prices);
    known.set(key, found);
    return found;
  };
}

function lookUp(filter: Parameters<typeof gpuHourPrice>[0], prices: readonly GpuPrice[]): FleetPrice {
  const { quantity, rows } = gpuHourPrice(filter, prices);
  return { usd: quantity, note: priceNote(rows, filter.on) };
}

function notStated(term: Term): Quantity {
  return {
    refused: `the stated price is for ${term}`,
    hint: "omit the price to use the price book for every term",
  };
}
