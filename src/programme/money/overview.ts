import { formatMoney, parseMoney } from "../../base/money.ts";
import type { ClassSum } from "../../domain/bill.ts";
import type { MoneyOverview } from "../../domain/money.ts";
import type { Store } from "../../store/open-store.ts";
import { budgetStates } from "./budget-state.ts";
import { ALL_RUNS } from "./budgets.ts";
import { checkedLedger } from "./checked-ledger.ts";
import { closedPeriods } from "./close-period.ts";
import { type EnteredLine, enteredSum, readEntered } from "./entered-costs.ts";
import { billedClasses } from "./leakage.ts";
import { type CostedRun, costedRuns } from "./costed-runs.ts";
import { listPricedRuns } from "./priced-runs.ts";
import type { Pricing } from "./pricing.ts";

/** Number of runs in an overview. */
const TOP_RUNS = 10;

/** Overview of the money: cost of runs, bills, leakage, and what is left of each budget. */
export async function moneyOverview(store: Store, pricing: Pricing, now: Date): Promise<MoneyOverview> {
  const { runs, totalUsd, unpriced } = await listPricedRuns(store, ALL_RUNS, pricing);
  const { classes, unconverted } = await billedClasses(store.db);
  const check = await checkedLedger(store, now.getTime());
  const sum = (rows: readonly ClassSum[]): string =>
    formatMoney(rows.reduce((total, { billedUsd }) => total + parseMoney(billedUsd), 0n));
  return {
    runsUsd: totalUsd,
    unpricedRuns: unpriced,
    budgets: await budgetStates(store, pricing, now),
    classes,
    unconverted,
    billedUsd: sum(classes),
    leakUsd: sum(classes.filter(({ isLeak }) => isLeak)),
    entries: check.size,
    isIntact: check.isIntact,
    topRuns: runs.slice(0, TOP_RUNS),
    ...spendNow(await costedRuns(store, pricing), await readEntered(store.db, "of no run"), now),
    closed: await closedPeriods(store),
  };
}

/** Cost of runs and entered costs of today and of this month, UTC, and at its end if the running runs continue. */
function spendNow(
  runs: readonly CostedRun[],
  entered: readonly EnteredLine[],
  now: Date,
): Pick<MoneyOverview, "todayUsd" | "usdPerHour" | "monthUsd" | "monthForecastUsd"> {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const since = (fromMs: number): bigint =>
    runs.reduce((sum, run) => sum + run.spentSince(fromMs), enteredSum(entered, fromMs));
  const perHour = runs
    .filter(({ cost }) => cost.state === "alive")
    .reduce((sum, { cost }) => sum + parseMoney(cost.usdPerHour ?? "0"), 0n);
  const inMonth = since(Date.UTC(year, month));
  const leftMs = Date.UTC(year, month + 1) - now.getTime();
  return {
    todayUsd: formatMoney(since(Date.UTC(year, month, day))),
    usdPerHour: formatMoney(perHour),
    monthUsd: formatMoney(inMonth),
    monthForecastUsd: formatMoney(inMonth + (perHour * BigInt(leftMs)) / 3_600_000n),
  };
}
