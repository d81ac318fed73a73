import { formatMoney, parseMoney } from "../../base/money.ts";
import type { PricedRun, PricedRunList } from "../../domain/money.ts";
import type { RunQuery, RunSummary } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import { listRuns } from "../runs/list-runs.ts";
import { costMetrics } from "./cost-metrics.ts";
import { enteredByRun } from "./entered-costs.ts";
import type { Pricing } from "./pricing.ts";
import { aliveTimes, runCost } from "./run-cost.ts";

/** Orders by dollars, short for the metric `cost.usd`. */
const BY_COST = /^cost(?:\.usd)?(?:\s+(asc|desc))?$/i;

/** Runs with their cost. The order `cost` or `cost ASC` sorts all matching runs by dollars, unpriced ones last. */
export async function listPricedRuns(store: Store, query: RunQuery, pricing: Pricing): Promise<PricedRunList> {
  const { clientClock = false } = query;
  const order = query.order.map((word) => {
    const byCost = BY_COST.exec(word.trim());
    return byCost === null ? word : `metrics.cost.usd ${byCost[1] ?? "DESC"}`;
  });
  const computed = costMetrics(store, { ...pricing, clientClock });
  const { runs, nextPageToken } = await listRuns(store, { ...query, order, computed }, pricing.programmes);
  return summed(await priceRuns(store, runs, { ...pricing, clientClock }), nextPageToken);
}

/** Adds the cost to each run. */
export async function priceRuns(
  store: Store,
  runs: readonly RunSummary[],
  { pricesOf, now, clientClock = false }: Pricing & { clientClock?: boolean },
): Promise<PricedRun[]> {
  const nowMs = now().getTime();
  const ids = runs.map(({ id }) => id);
  const times = await aliveTimes(store, ids);
  const entered = await enteredByRun(store.db, ids);
  return runs.map((run) => ({
    ...run,
    cost: runCost(
      run,
      { alive: times.get(run.id) ?? [], entered: entered.get(run.id) ?? [] },
      { prices: pricesOf(run.programme), nowMs, clientClock },
    ),
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
