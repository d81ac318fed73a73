import { formatMoney, parseMoney } from "../base/money.ts";
import type { Quantity } from "../domain/estimate.ts";
import type { YieldEstimate } from "../domain/synthesis-result.ts";
import { wilson } from "../statistics/index.ts";

/** Standard normal quantile of 90 %, which bounds a central 80 % interval. */
const Z80 = 1.2815515655446004;

/** Result of a pilot. */
export type PilotYield = {
  asked: number;
  kept: number;
  /** US dollars per request, including further answers and failed attempts; null if requests are free. */
  usd: readonly string[] | null;
  /** Number of remaining rows. */
  remaining: number;
};

/**
 * Estimates yield and cost of the remaining requests of a synthesis from its first rows: the share that passes, with
 * its Wilson interval, and the mean cost of a request with its standard error. Near-duplicates become more frequent
 * with the number of rows, so the share will decrease; no pilot can show this, and the basis of the estimate says so.
 */
export function estimateYield({ asked, kept, usd, remaining }: PilotYield): YieldEstimate {
  const share = { ...wilson(kept, asked, Z80), middle: kept / asked };
  const basis = `pilot of ${asked} rows; more rows repeat each other more often, which a pilot cannot show`;
  const quantity = (unit: string, [p10, p50, p90]: readonly [number, number, number]): Quantity => ({
    p10,
    p50,
    p90,
    unit,
    basis,
    n: asked,
    sources: [],
  });
  const rows = quantity("rows", [
    Math.floor(share.low * remaining),
    Math.round(share.middle * remaining),
    Math.ceil(share.high * remaining),
  ]);
  const keptShare = quantity("share", [share.low, share.middle, share.high]);
  const rest = { asked, kept, keptShare, remaining, remainingRows: rows };
  const cost = usd === null ? undefined : meanCost(usd);
  if (cost === undefined || cost.middle === 0) {
    const free: Quantity = { refused: "the answers are free of charge", hint: "state a price to have it estimated" };
    return { ...rest, rowsPerUsd: free, remainingUsd: free };
  }
  return {
    ...rest,
    rowsPerUsd: quantity("rows per USD", [share.low / cost.high, share.middle / cost.middle, share.high / cost.low]),
    remainingUsd: quantity("USD", [cost.low * remaining, cost.middle * remaining, cost.high * remaining]),
  };
}

/** Mean cost of a request in US dollars, with the ends of its 80 % interval. */
function meanCost(usd: readonly string[]): { low: number; middle: number; high: number } {
  const total = usd.reduce((sum, text) => sum + parseMoney(text), 0n);
  const middle = Number(formatMoney(total)) / usd.length;
  const variance = usd.reduce((sum, text) => sum + (Number(text) - middle) ** 2, 0) / Math.max(1, usd.length - 1);
  const half = Z80 * Math.sqrt(variance / usd.length);
  return { low: Math.max(middle / 10, middle - half), middle, high: middle + half };
}
