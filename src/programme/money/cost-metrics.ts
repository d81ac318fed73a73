import { formatMoney, parseMoney } from "../../base/money.ts";
import type { Store } from "../../store/open-store.ts";
import { COST_PREFIX } from "../../track/names.ts";
import type { RunRecord } from "../../track/read-runs.ts";
import type { ComputedMetrics } from "../../track/search/computed-metrics.ts";
import { type Budget, budgetStates, fallsUnder, holdingBudgets, visibleBudgets } from "./budget-state.ts";
import { type CostedRun, costedRuns } from "./costed-runs.ts";
import type { Pricing } from "./pricing.ts";
import { PRICING_TAGS } from "./run-rate.ts";

/** Keys of computed cost metrics; US dollars. */
const KEYS = {
  usd: `${COST_PREFIX}usd`,
  usdPerHour: `${COST_PREFIX}usd_per_hour`,
  remaining: `${COST_PREFIX}budget_remaining_usd`,
} as const;

/** Time after which the amounts left of budgets are computed again, ms; they depend on the cost of every run. */
const FRESH_MS = 10_000;

/**
 * Metrics `cost.*` of runs for the search of runs: approximate numbers, like every metric; reports have the decimals.
 */
export function costMetrics(store: Store, pricing: Pricing & { clientClock?: boolean }): ComputedMetrics {
  let runs: Promise<CostedRun[]> | undefined;
  return {
    prefix: COST_PREFIX,
    values: async (key) => {
      runs ??= costedRuns(store, pricing);
      const budgets = key === KEYS.remaining ? await leftOfBudgets(store, pricing) : [];
      return (await runs).flatMap((run) => {
        const usd =
          key === KEYS.usd ? run.cost.usd : key === KEYS.usdPerHour ? run.cost.usdPerHour : leastLeft(budgets, run);
        return usd === null ? [] : [{ runNo: run.no, value: Number(usd) }];
      });
    },
  };
}

/** Number of runs per query, below the parameter limit of both databases. */
const CHUNK = 5_000;

/**
 * Adds the known `cost.*` metrics to loaded runs; a run without a price has no cost. The amount left of its tightest
 * budget is at most ten seconds old.
 */
export async function addCostMetrics(store: Store, records: readonly RunRecord[], pricing: Pricing): Promise<void> {
  const budgets = records.length > 0 ? await leftOfBudgets(store, pricing) : [];
  const wanted = records.filter(({ tags }) => budgets.length > 0 || tags.some(({ key }) => PRICING_TAGS.includes(key)));
  const timestamp = pricing.now().getTime();
  for (let start = 0; start < wanted.length; start += CHUNK) {
    const page = wanted.slice(start, start + CHUNK);
    const ids = page.map(({ info }) => info.run_id);
    const costs = new Map((await costedRuns(store, pricing, ids)).map((run) => [run.no, run]));
    for (const { info, metrics } of page) {
      const run = costs.get(info.run_no)!;
      const found = [
        [KEYS.usd, run.cost.usd],
        [KEYS.usdPerHour, run.cost.usdPerHour],
        [KEYS.remaining, leastLeft(budgets, run)],
      ] as const;
      for (const [key, usd] of found) if (usd !== null) metrics.push({ key, value: Number(usd), timestamp, step: 0 });
    }
  }
}

/** A budget with the amount left, pico-dollars. */
type Left = { budget: Budget; pico: bigint };

const known = new WeakMap<Store, { readMs: number; newest: number; left: readonly Left[] }>();

/** Amount left of each active budget that the reader may see, at most ten seconds old. */
async function leftOfBudgets(store: Store, pricing: Pricing): Promise<readonly Left[]> {
  const left = await leftOfAll(store, pricing);
  if (left.length === 0) return left;
  const isVisible = await visibleBudgets(store, pricing);
  return left.filter(({ budget }) => isVisible(budget.budget_no));
}

async function leftOfAll(store: Store, pricing: Pricing): Promise<readonly Left[]> {
  const budgets = await holdingBudgets(store.db);
  const newest = budgets.at(-1)?.budget_no ?? 0;
  const now = pricing.now();
  const kept = known.get(store);
  const ageMs = now.getTime() - (kept?.readMs ?? 0);
  if (kept !== undefined && kept.newest === newest && ageMs >= 0 && ageMs < FRESH_MS) return kept.left;
  const states = new Map((await budgetStates(store, pricing, now)).map((state) => [state.no, state]));
  const left = budgets.flatMap((budget) => {
    const state = states.get(budget.budget_no);
    return state === undefined ? [] : [{ budget, pico: parseMoney(state.leftUsd) }];
  });
  known.set(store, { readMs: now.getTime(), newest, left });
  return left;
}

/** Amount left of the tightest budget of a run, US dollars; null if none applies. */
function leastLeft(budgets: readonly Left[], run: Parameters<typeof fallsUnder>[1]): string | null {
  const own = budgets.filter(({ budget }) => fallsUnder(budget, run)).map(({ pico }) => pico);
  return own.length === 0 ? null : formatMoney(own.reduce((least, pico) => (pico < least ? pico : least)));
}
