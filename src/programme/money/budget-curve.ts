import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import type { BudgetCurve } from "../../domain/money.ts";
import { accruedPico } from "../../ledger/accrual.ts";
import type { Store } from "../../store/open-store.ts";
import { type Budget, enteredLines, fallsUnder, heldByRun, holdingBudgets, stateOf } from "./budget-state.ts";
import { type CostedRun, costedRuns } from "./costed-runs.ts";
import { readEntered } from "./entered-costs.ts";
import type { Pricing } from "./pricing.ts";

/** Number of points of a curve; more than the width of a chart shows. */
const POINTS = 60;

/**
 * Spend of a budget over time, from the start of its period or from the first cost until now.
 *
 * @throws Failure not_found for a budget that is not active
 */
export async function budgetCurve(store: Store, no: number, pricing: Pricing): Promise<BudgetCurve> {
  const { db } = store;
  const now = pricing.now();
  const budget = (await holdingBudgets(db)).find(({ budget_no }) => budget_no === no);
  if (budget === undefined) {
    throw new Failure("not_found", `no budget has the number ${no}, or it was replaced`, {
      hint: "tunewright budget show lists the active ones",
    });
  }
  const runs = await costedRuns(store, pricing);
  const all = await readEntered(db, "all");
  const state = await stateOf(db, { budget, runs, holds: await heldByRun(db), entered: all, now });
  const under = runs.filter((run) => fallsUnder(budget, run));
  const own = under.filter((run) => run.machinesSince(0) > 0n);
  const entered = enteredLines(all, budget, under);
  const fromMs = startOf(budget, { now, own, entered });
  const times = pointsBetween(fromMs, now.getTime());
  const sums = times.map((time) =>
    entered.reduce((sum, { ms, pico }) => (ms >= fromMs && ms <= time ? sum + pico : sum), 0n),
  );
  for (const run of own) addRun(sums, times, run);
  const perHour = parseMoney(state.usdPerHour);
  const left = parseMoney(state.leftUsd);
  return {
    no,
    capUsd: budget.cap_usd,
    from: new Date(fromMs).toISOString(),
    endsAt:
      budget.period === "month" ? new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString() : null,
    points: times.map((time, index) => ({ at: new Date(time).toISOString(), spentUsd: formatMoney(sums[index]!) })),
    usedUpAt:
      perHour <= 0n || left <= 0n
        ? null
        : usedUpAt(now.getTime() + Number((left * 3_600_000n) / perHour), { budget, now }),
  };
}

function usedUpAt(ms: number, { budget, now }: { budget: Budget; now: Date }): string | null {
  const endMs = budget.period === "month" ? Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) : FAR_MS;
  return ms < endMs ? new Date(ms).toISOString() : null;
}

/** The year 3000, used for periods without an end. */
const FAR_MS = Date.UTC(3000, 0);

function startOf(
  { period, set_ms }: Budget,
  { now, own, entered }: { now: Date; own: readonly CostedRun[]; entered: readonly { ms: number }[] },
): number {
  if (period === "month") return Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  let first = Math.min(set_ms, now.getTime());
  for (const { alive } of own) if (alive.length > 0) first = Math.min(first, alive[0]!.fromMs);
  for (const { ms } of entered) first = Math.min(first, ms);
  return first;
}

function pointsBetween(fromMs: number, toMs: number): number[] {
  const span = Math.max(0, toMs - fromMs);
  return Array.from({ length: POINTS + 1 }, (_, index) => fromMs + Math.round((span * index) / POINTS));
}

/** Adds the cost of a run at each point: computed while it was alive, the total after its end. */
function addRun(sums: bigint[], times: readonly number[], run: CostedRun): void {
  const fromMs = times[0]!;
  const whole = run.machinesSince(fromMs);
  const endMs = Math.max(...run.alive.map(({ toMs }) => toMs));
  for (const [index, time] of times.entries()) {
    if (time >= endMs) {
      sums[index]! += whole;
      continue;
    }
    const clipped = run.alive
      .filter((span) => span.toMs > fromMs && span.fromMs < time)
      .map((span) => ({ fromMs: Math.max(span.fromMs, fromMs), toMs: Math.min(span.toMs, time) }));
    if (clipped.length > 0) sums[index]! += accruedPico(clipped, run.picoPerHourOn) ?? 0n;
  }
}
