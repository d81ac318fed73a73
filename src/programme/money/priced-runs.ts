import type { Clock } from "../../base/clock.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import type { PricedRun, PricedRunList } from "../../domain/money.ts";
import type { GpuPrice } from "../../domain/price.ts";
import type { RunQuery, RunSummary } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import { listRuns } from "../runs/list-runs.ts";
import { aliveTimes, runCost } from "./run-cost.ts";

/** What prices runs: names of the programmes, and the price book of each. */
export type Pricing = {
  programmes: readonly string[];
  pricesOf: (programme: string) => readonly GpuPrice[];
  now: Clock;
};

/** Most runs that are priced to find those that cost most. */
const MOST_PRICED = 10_000;

/** Orders that go by dollars: MLflow's grammar knows no cost, so they are sorted here. */
const BY_COST = /^cost(?:\.usd)?(?:\s+(asc|desc))?$/i;

/** Runs with their cost. The order `cost` or `cost ASC` sorts all runs that match by dollars, unpriced ones last. */
export async function listPricedRuns(store: Store, query: RunQuery, pricing: Pricing): Promise<PricedRunList> {
  const byCost = query.order.map((order) => BY_COST.exec(order.trim())).find((match) => match !== null);
  if (byCost === undefined) {
    const { runs, nextPageToken } = await listRuns(store, query, pricing.programmes);
    return summed(await priceRuns(store, runs, { ...pricing, clientClock: query.clientClock ?? false }), nextPageToken);
  }
  const order = query.order.filter((word) => !BY_COST.test(word.trim()));
  const all = await listRuns(store, { ...query, order, limit: MOST_PRICED, pageToken: undefined }, pricing.programmes);
  const sign = byCost?.[1]?.toLowerCase() === "asc" ? -1n : 1n;
  const sorted = (await priceRuns(store, all.runs, { ...pricing, clientClock: query.clientClock ?? false })).toSorted(
    (a, b) => {
      if (a.cost.usd === null || b.cost.usd === null) return Number(a.cost.usd === null) - Number(b.cost.usd === null);
      const gap = sign * (parseMoney(b.cost.usd) - parseMoney(a.cost.usd));
      return gap > 0n ? 1 : gap < 0n ? -1 : 0;
    },
  );
  return summed(sorted.slice(0, query.limit), null);
}

/** Adds the cost to each run. */
export async function priceRuns(
  store: Store,
  runs: readonly RunSummary[],
  { pricesOf, now, clientClock = false }: Pricing & { clientClock?: boolean },
): Promise<PricedRun[]> {
  const nowMs = now().getTime();
  const times = await aliveTimes(
    store,
    runs.map(({ id }) => id),
  );
  return runs.map((run) => ({
    ...run,
    cost: runCost(run, times.get(run.id) ?? [], { prices: pricesOf(run.programme), nowMs, clientClock }),
  }));
}

function summed(runs: PricedRun[], nextPageToken: string | null): PricedRunList {
  const known = runs.flatMap(({ cost }) => cost.usd ?? []);
  return {
    runs,
    nextPageToken,
    totalUsd: formatMoney(known.reduce((sum, usd) => sum + parseMoney(usd), 0n)),
    unpriced: runs.length - known.length,
  };
}
