import { formatMoney, parseMoney } from "../../base/money.ts";
import { Balance, LedgerEntry, type LedgerPage } from "../../domain/ledger.ts";
import type { ClassSum } from "../../domain/bill.ts";
import type { MoneyOverview } from "../../domain/money.ts";
import type { Store } from "../../store/open-store.ts";
import { budgetStates } from "./budget-state.ts";
import { ALL_RUNS } from "./budgets.ts";
import { checkedLedger } from "./checked-ledger.ts";
import { billedClasses } from "./leakage.ts";
import { listPricedRuns } from "./priced-runs.ts";
import type { Pricing } from "./pricing.ts";

/** Runs that an overview names. */
const TOP_RUNS = 10;

/** Where the money stands: what runs cost, what was billed, what of it leaks, show what is left of each budget. */
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
  };
}

/** The newest entries of the ledger, with the balances of all accounts. */
export async function ledgerPage(
  { db }: Store,
  { limit, account }: { limit: number; account?: string | undefined },
): Promise<LedgerPage> {
  let query = db.selectFrom("ledger_entries").select("body").orderBy("seq", "desc").limit(limit);
  if (account !== undefined) {
    query = query.where("seq", "in", (eb) =>
      eb.selectFrom("ledger_lines").select("seq").where("account", "=", account),
    );
  }
  const bodies = await query.execute();
  const balances = await db
    .selectFrom("ledger_balances")
    .select(["account", "currency", "amount"])
    .orderBy("account")
    .execute();
  // Numbers have no gaps, so the last one is the count: counting a million rows takes a hundred times as long.
  const last = await db.selectFrom("ledger_entries").select("seq").orderBy("seq", "desc").limit(1).executeTakeFirst();
  return {
    entries: bodies.map(({ body }) => LedgerEntry.parse(JSON.parse(body))),
    balances: balances.map((balance) => Balance.parse(balance)),
    total: last?.seq ?? 0,
  };
}
