import { formatMoney, parseMoney } from "../../base/money.ts";
import type { RunMoney } from "../../domain/money.ts";
import type { Store } from "../../store/open-store.ts";
import { showRun } from "../runs/show-run.ts";
import { toUsd } from "./currency.ts";
import { budgetsOfRun, secondsLeft } from "./guard.ts";
import type { Pricing } from "./pricing.ts";

/**
 * Cost of a run so far, its bill, and the budgets that it draws on. Nothing is decided or recorded.
 *
 * @param word  id of the run, or its first digits
 * @throws Failure not_found
 */
export async function runMoney(store: Store, word: string, pricing: Pricing): Promise<RunMoney> {
  const { id } = await showRun(store, word, pricing.programmes);
  const { run, seen, rate } = await budgetsOfRun(store, id, { pricing, horizonSec: 0 });
  return {
    runId: id,
    cost: run.cost,
    billedUsd: await billedUsd(store, id),
    budgets: seen,
    secondsLeft: run.cost.state === "alive" ? secondsLeft({ found: seen, rate }, 0) : null,
    asOf: pricing.now().toISOString(),
  };
}

async function billedUsd({ db }: Store, runId: string): Promise<string | null> {
  const convert = await toUsd(db);
  const rows = await db
    .selectFrom("bill_lines")
    .innerJoin("bill_files", "bill_files.file_no", "bill_lines.file_no")
    .select(["bill_lines.effective", "currency", "period_end_ms"])
    .where("state", "=", "posted")
    .where("run_id", "=", runId)
    .where("class", "in", ["run", "failed-run"])
    .execute();
  const known = rows
    .map(({ effective, currency, period_end_ms }) => convert(parseMoney(effective), currency, period_end_ms))
    .filter((pico) => pico !== null);
  return known.length === 0 ? null : formatMoney(known.reduce((sum, pico) => sum + pico, 0n));
}
