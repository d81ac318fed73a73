import { Failure } from "../../base/failure.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { pointRange } from "../../domain/point-range.ts";

/** Default number of rows if neither rows nor a budget are given. */
const DEFAULT_ROWS = 200;

/** Number of pairs that the published price of labelling is for. */
const PRICED_PAIRS = 30_000;

/** Price of a labelled row, US dollars, with its basis. */
export type PerRow = { p10: number; p50: number; p90: number; basis: string; sources: string[] };

/** Limits of a queue. */
export type QueueLimits = { rows: number | undefined; budgetUsd: number | undefined; usdPerRow: number | undefined };

/**
 * Maximum number of rows that a budget pays for at the upper end of the price, and the price.
 *
 * @throws Failure bad_input if it does not pay for one row
 */
export function queueBudget({ rows, budgetUsd, usdPerRow }: QueueLimits): { budgetRows: number; perRow: PerRow } {
  const published = assumptionsWith()("dataset.experts.usd");
  const perRow: PerRow =
    usdPerRow === undefined
      ? {
          p10: published.p10 / PRICED_PAIRS,
          p50: published.p50 / PRICED_PAIRS,
          p90: published.p90 / PRICED_PAIRS,
          basis: `dataset.experts.usd over ${PRICED_PAIRS} pairs`,
          sources: [published.source.ref],
        }
      : { ...pointRange(usdPerRow), basis: "given: --usd-per-row", sources: ["--usd-per-row"] };
  const affordable = budgetUsd === undefined ? Infinity : Math.floor(budgetUsd / perRow.p90);
  if (affordable < 1) {
    throw new Failure("bad_input", `a budget of ${budgetUsd} USD is less than one row costs`, {
      hint: "give a larger --budget-usd, or your own price with --usd-per-row",
    });
  }
  return { budgetRows: Math.min(affordable, rows ?? (budgetUsd === undefined ? DEFAULT_ROWS : Infinity)), perRow };
}
