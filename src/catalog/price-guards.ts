import { spread } from "../base/quantile.ts";
import type { GpuPrice, QuarantinedPrice, Term } from "../domain/price.ts";
import { findGpu } from "./gpus.ts";
import { offerDay, type PricedRow } from "./price-file.ts";

/** Lowest and highest plausible price of one GPU-hour, in US dollars. */
const GPU_HOUR_USD = { low: 0.2, high: 40 } as const;

/** Largest factor between a price and the median for the same GPU. */
const PEER_FACTOR = 20;

/**
 * Largest factor between the price per GPU of an instance and that of the seller's other instances. It is just below 2,
 * to catch two GPUs at the price of one; real hosts with few or many CPUs differ by up to 1.86 (AWS g4dn.xlarge
 * compared with g4dn.metal).
 */
const UNIT_FACTOR = 1.9;

/** Sellers that auction machines. Their catalogues have listed the auction floor as the price. */
const AUCTIONS = new Set(["mithril"]);

/**
 * A check over all rows of a file. It returns the rows that fail it, by index, with the expected and the found value.
 */
export type PriceGuard = {
  id: string;
  /** Condition that a row must meet to pass. */
  rule: string;
  /** A real error that the guard catches. */
  seen: string;
  check: (rows: readonly PricedRow[], peers: readonly GpuPrice[]) => Map<number, string>;
};

/**
 * The guards, in the order in which they run. Each sees only the rows that passed the previous ones, so that absurd
 * prices are removed before medians are computed.
 *
 * @source the errors are real: SkyPilot pull requests 9156 (Mithril) and 31 (GCP), issues 3615 (Azure) and 4914
 * (RunPod); the article's own factor of 1000 for API prices
 */
export const PRICE_GUARDS: readonly PriceGuard[] = [
  {
    id: "zero-is-not-a-price",
    rule: "a price is above 0; an offer that does not exist has no price",
    seen: "Azure rows with 0 USD where no price was published (SkyPilot issue 3615)",
    check: zeroPrices,
  },
  {
    id: "gpu-hour-range",
    rule: `one GPU-hour costs between ${GPU_HOUR_USD.low} and ${GPU_HOUR_USD.high} USD`,
    seen: "a B200 at 0.01 USD per hour, cents of a floor read as the price (SkyPilot pull request 9156)",
    check: outsideRange,
  },
  {
    id: "gpus-per-machine",
    rule: "a machine has eight SXM boards: more than 8 must be a multiple of 8",
    seen: "12 H100 in Azure's Standard_ND96isr_H100_v5, which has 8 (SkyPilot catalogue v6)",
    check: tooManyBoards,
  },
  {
    id: "ends-after-it-begins",
    rule: "the last day of a price is not before its first",
    seen: "the dates of a contract swapped",
    check: reversedDays,
  },
  {
    id: "low-not-above-high",
    rule: "the low end of a range is not above its high end",
    seen: "columns of a contract swapped",
    check: reversedRanges,
  },
  {
    id: "one-price-per-offer",
    rule: "one offer has one price on one day",
    seen: "two rows for the same instance, region and term with different prices",
    check: conflicting,
  },
  {
    id: "auction-floor",
    rule: "the on-demand price of a seller that auctions is not its spot price",
    seen: "Mithril's h100-80gb.sxm.8x at 8.00 on demand and spot; 28.66 in truth (SkyPilot pull request 9156)",
    check: auctionFloors,
  },
  {
    id: "spot-not-above-on-demand",
    rule: "spot costs no more than on demand for the same instance on the same day",
    seen: "a RunPod A40 at 0.49 spot and 0.44 on demand (SkyPilot issue 4914)",
    check: spotAboveOnDemand,
  },
  {
    id: "instance-is-count-times-unit",
    rule: `the price per GPU of an instance is within ${UNIT_FACTOR}x of the seller's other counts of the same GPU`,
    seen: "GCP's a2-highgpu-1g at the host's 0.739 without its GPU (SkyPilot pull request 31)",
    check: unitPrices,
  },
  {
    id: "peers-within-20x",
    rule: `a price is within ${PEER_FACTOR}x of the median of the same GPU over all sellers`,
    seen: "prices off by 1000 because a unit was misread",
    check: farFromPeers,
  },
];

/**
 * Runs the guards. A row that fails one is quarantined with its reason and never used.
 *
 * @param rows   the rows of one file
 * @param peers  known prices of the same GPU elsewhere, for comparison
 * @returns every row once: kept or quarantined
 */
export function guardPrices(
  rows: readonly PricedRow[],
  peers: readonly GpuPrice[] = [],
): { kept: PricedRow[]; quarantined: QuarantinedPrice[] } {
  let kept = [...rows];
  const quarantined: QuarantinedPrice[] = [];
  for (const guard of PRICE_GUARDS) {
    const broken = guard.check(kept, peers);
    for (const [index, reason] of broken) {
      quarantined.push({ line: kept[index]!.line, text: kept[index]!.text, guard: guard.id, reason });
    }
    kept = kept.filter((_row, index) => !broken.has(index));
  }
  return { kept, quarantined };
}

function zeroPrices(rows: readonly PricedRow[]): Map<number, string> {
  return pick(rows, ({ price }) => (Number(price.lowUsd) === 0 ? "0 is not a price: leave it empty" : undefined));
}

function outsideRange(rows: readonly PricedRow[]): Map<number, string> {
  return pick(rows, ({ price }) =>
    Number(price.lowUsd) < GPU_HOUR_USD.low || Number(price.highUsd) > GPU_HOUR_USD.high
      ? `${shown(price)} USD per GPU-hour is not between ${GPU_HOUR_USD.low} and ${GPU_HOUR_USD.high}`
      : undefined,
  );
}

function tooManyBoards(rows: readonly PricedRow[]): Map<number, string> {
  return pick(rows, ({ price: { gpu, gpusPerInstance: count } }) =>
    count > 8 && count % 8 !== 0 && findGpu(gpu).form === "SXM"
      ? `${count} ${gpu}: more than 8 SXM boards must be complete machines of 8`
      : undefined,
  );
}

function reversedDays(rows: readonly PricedRow[]): Map<number, string> {
  return pick(rows, ({ price: { validFrom, validTo } }) =>
    validFrom !== null && validTo !== null && validTo < validFrom
      ? `valid_to ${validTo} is before valid_from ${validFrom}`
      : undefined,
  );
}

function reversedRanges(rows: readonly PricedRow[]): Map<number, string> {
  return pick(rows, ({ price }) =>
    Number(price.lowUsd) > Number(price.highUsd)
      ? `the low end ${price.lowUsd} is above the high end ${price.highUsd}`
      : undefined,
  );
}

function conflicting(rows: readonly PricedRow[]): Map<number, string> {
  const amounts = new Map<string, Set<string>>();
  for (const { price } of rows) {
    const known = amounts.get(offerDay(price)) ?? new Set();
    amounts.set(offerDay(price), known.add(shown(price)));
  }
  return pick(rows, ({ price }) => {
    const known = amounts.get(offerDay(price))!;
    return known.size > 1 ? `the same offer has ${known.size} prices: ${[...known].slice(0, 4).join(", ")}` : undefined;
  });
}

function auctionFloors(rows: readonly PricedRow[]): Map<number, string> {
  const known = byInstanceAndTerm(rows);
  return pick(rows, ({ price }) =>
    AUCTIONS.has(price.seller) && otherTermUsd(price, known) === Number(price.lowUsd)
      ? `on demand and spot are both ${price.lowUsd}: the floor of an auction, not a price`
      : undefined,
  );
}

function spotAboveOnDemand(rows: readonly PricedRow[]): Map<number, string> {
  const known = byInstanceAndTerm(rows);
  return pick(rows, ({ price }) => {
    const other = otherTermUsd(price, known);
    if (other === undefined) return undefined;
    const own = Number(price.lowUsd);
    const [spot, onDemand] = price.term === "spot" ? [own, other] : [other, own];
    return spot > onDemand ? `spot ${spot} is above on demand ${onDemand} for the same instance` : undefined;
  });
}

/**
 * Compares the lowest price per GPU of each count of GPUs, within one seller, region, GPU, term and day. More expensive
 * instances with the same count differ in CPU and memory and are not compared. If only two counts disagree, it is
 * unknown which one is wrong, and both are quarantined.
 */
function unitPrices(rows: readonly PricedRow[]): Map<number, string> {
  const cheapest = new Map<string, Map<number, number>>();
  for (const { price } of rows) {
    const units = cheapest.get(unitGroup(price)) ?? new Map<number, number>();
    const known = units.get(price.gpusPerInstance) ?? Number.POSITIVE_INFINITY;
    cheapest.set(unitGroup(price), units.set(price.gpusPerInstance, Math.min(known, Number(price.lowUsd))));
  }
  return pick(rows, ({ price }) => {
    const units = cheapest.get(unitGroup(price))!;
    if (units.size < 2) return undefined;
    const count = price.gpusPerInstance;
    const others = [...units].filter(([unit]) => units.size > 2 || unit !== count).map(([, unit]) => unit);
    const expected = median(others);
    const isTooHigh = units.get(count)! > expected * UNIT_FACTOR;
    const isTooLow = Number(price.lowUsd) < expected / UNIT_FACTOR;
    return isTooHigh || isTooLow
      ? `${usd(Number(price.lowUsd))} per GPU with ${count} GPUs, ${usd(expected)} with other counts: instance price is not count x unit`
      : undefined;
  });
}

function farFromPeers(rows: readonly PricedRow[], peers: readonly GpuPrice[]): Map<number, string> {
  const byGpu = new Map<string, number[]>();
  for (const entry of [...peers, ...rows.map((row) => row.price)]) {
    const known = byGpu.get(entry.gpu);
    if (known) known.push(middleUsd(entry));
    else byGpu.set(entry.gpu, [middleUsd(entry)]);
  }
  const medians = new Map<string, number>();
  for (const [gpu, prices] of byGpu) if (prices.length >= 3) medians.set(gpu, median(prices));
  return pick(rows, (row) => {
    const expected = medians.get(row.price.gpu);
    const own = middleUsd(row.price);
    return expected !== undefined && (own > expected * PEER_FACTOR || own < expected / PEER_FACTOR)
      ? `${usd(own)} is more than ${PEER_FACTOR}x away from ${usd(expected)}, the median of this GPU`
      : undefined;
  });
}

/** Middle of a price: the geometric mean of the ends of its range. US dollars per GPU-hour. */
export function middleUsd(price: GpuPrice): number {
  return price.lowUsd === price.highUsd
    ? Number(price.lowUsd)
    : Math.sqrt(Number(price.lowUsd) * Number(price.highUsd));
}

/** Prices by instance, day and term. Spot and on-demand prices of the same machine differ only in the last part. */
function byInstanceAndTerm(rows: readonly PricedRow[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ price }) => [machine(price, price.term), Number(price.lowUsd)]));
}

/** The price of the same machine under the other term, spot or on demand, if there is one. */
function otherTermUsd(price: GpuPrice, known: ReadonlyMap<string, number>): number | undefined {
  if (price.term !== "spot" && price.term !== "on-demand") return undefined;
  return known.get(machine(price, price.term === "spot" ? "on-demand" : "spot"));
}

function machine(price: GpuPrice, term: Term): string {
  const { seller, region, instance, gpu, gpusPerInstance, validFrom } = price;
  return [seller, region, instance, gpu, gpusPerInstance, validFrom, term].join("\t");
}

function unitGroup({ seller, region, gpu, term, validFrom }: GpuPrice): string {
  return [seller, region, gpu, term, validFrom].join("\t");
}

function pick(rows: readonly PricedRow[], reasonOf: (row: PricedRow) => string | undefined): Map<number, string> {
  const broken = new Map<number, string>();
  for (const [index, row] of rows.entries()) {
    const reason = reasonOf(row);
    if (reason !== undefined) broken.set(index, reason);
  }
  return broken;
}

function median(values: readonly number[]): number {
  return spread(values).p50;
}

function usd(amount: number): string {
  return String(Number(amount.toPrecision(5)));
}

function shown({ lowUsd, highUsd }: GpuPrice): string {
  return lowUsd === highUsd ? lowUsd : `${lowUsd}-${highUsd}`;
}
