import { formatMoney, parseMoney } from "../../base/money.ts";
import type { GuardAnswer } from "../../domain/money.ts";
import type { Store } from "../../store/open-store.ts";
import { showRun } from "../runs/show-run.ts";
import {
  budgetName,
  fallsUnder,
  heldByRun,
  holdingBudgets,
  stateOf,
  SWEEP_TAG,
  sweepHolder,
  visibleBudgets,
} from "./budget-state.ts";
import { type CostedRun, costedRuns } from "./costed-runs.ts";
import { readEntered } from "./entered-costs.ts";
import type { Pricing } from "./pricing.ts";

/** Share of a cap above which the guard warns. */
const WARN_SHARE = 0.8;

/** A run's question to the guard, with its horizon. */
export type GuardQuestion = {
  id: string;
  /** Seconds until it can save its next checkpoint. */
  horizonSec: number;
  /** Seconds that it needs to save and end; it is stopped early enough to pay for them. */
  graceSec: number;
};

/**
 * Decides whether a run may continue, from its budgets at the time of its next checkpoint, plus the time that it needs
 * to stop. A change of the answer is recorded. Metrics are never rejected: the run, or whoever started it, acts on the
 * answer. All budgets decide; an engineer reads only of own ones.
 *
 * @throws Failure not_found
 */
export async function guardRun(store: Store, question: GuardQuestion, pricing: Pricing): Promise<GuardAnswer> {
  const { horizonSec, graceSec } = question;
  const now = pricing.now();
  const { id } = await showRun(store, question.id, pricing.programmes);
  const { run, found, seen, rate, cost } = await budgetsOfRun(store, id, { pricing, horizonSec });
  const needed = cost(horizonSec + graceSec);
  const hit = found.find(({ leftUsd }) => parseMoney(leftUsd) - needed < 0n);
  const near = found.find(
    ({ forecastUsd, heldUsd, capUsd }) =>
      Number(parseMoney(forecastUsd) + parseMoney(heldUsd)) >= WARN_SHARE * Number(parseMoney(capUsd)),
  );
  const action = hit !== undefined ? "stop" : near !== undefined ? "warn" : "continue";
  const subject = hit ?? near;
  const answer: GuardAnswer = {
    runId: id,
    action,
    reason:
      subject === undefined
        ? reasonToGoOn({ hasBudget: found.length > 0, isPriced: rate !== null })
        : `the budget of ${subject.budget}: ${subject.leftUsd} of ${subject.capUsd} USD are left; the run needs ${formatMoney(needed)} USD to reach its next checkpoint and stop`,
    spentUsd: run.cost.usd,
    usdPerHour: run.cost.usdPerHour,
    horizonSec,
    secondsLeft: secondsLeft({ found, rate }, graceSec),
    budgets: found,
    decidedAt: now.toISOString(),
  };
  await record(store, answer, now.getTime());
  if (seen.length === found.length) return answer;
  const isNamed = subject === undefined || seen.includes(subject);
  return {
    ...answer,
    reason: isNamed ? answer.reason : "a budget of others is nearly used up",
    secondsLeft: seen[0] === found[0] ? answer.secondsLeft : null,
    budgets: seen,
  };
}

type RunBudgets = {
  run: CostedRun;
  /** Budgets that apply to the run, tightest first. */
  found: GuardAnswer["budgets"];
  /** Those of them that the reader may see. */
  seen: GuardAnswer["budgets"];
  /** Pico-dollars per hour; null without a price. */
  rate: bigint | null;
  /** Cost of a number of seconds of the run, pico-dollars. */
  cost: (seconds: number) => bigint;
};

/** Cost of a run, and the budgets that apply to it. @param id  of a run that exists */
export async function budgetsOfRun(
  store: Store,
  id: string,
  { pricing, horizonSec }: { pricing: Pricing; horizonSec: number },
): Promise<RunBudgets> {
  const now = pricing.now();
  const stored = await holdingBudgets(store.db);
  // The cost of other runs matters only for a budget.
  const runs = await costedRuns(store, pricing, stored.length === 0 ? [id] : undefined);
  const run = runs.find((candidate) => candidate.id === id)!;
  const rate = run.cost.usdPerHour === null ? null : parseMoney(run.cost.usdPerHour);
  const cost = (seconds: number): bigint => ((rate ?? 0n) * BigInt(Math.round(seconds * 1000))) / 3_600_000n;
  const holds = new Map(await heldByRun(store.db));
  holds.delete(id); // its own reservation may be used, and that of its sweep
  const sweep = run.tags.find(({ key }) => key === SWEEP_TAG)?.value;
  if (sweep !== undefined) holds.delete(sweepHolder(sweep));
  const own = stored.filter((budget) => fallsUnder(budget, run));
  const entered = own.length === 0 ? [] : await readEntered(store.db, "all");
  const states = await Promise.all(
    own.map(async (budget) => ({
      name: budgetName(budget),
      ...(await stateOf(store.db, { budget, runs, holds, entered, now })),
    })),
  );
  const isVisible = await visibleBudgets(store, pricing);
  const tightest = states
    .toSorted((a, b) => (parseMoney(a.leftUsd) < parseMoney(b.leftUsd) ? -1 : 1))
    .map(({ no, name, capUsd, spentUsd, heldUsd, leftUsd }) => ({
      no,
      budget: {
        budget: name,
        capUsd,
        spentUsd,
        heldUsd,
        leftUsd,
        forecastUsd: formatMoney(parseMoney(spentUsd) + cost(horizonSec)),
      },
    }));
  const found = tightest.map(({ budget }) => budget);
  const seen = tightest.filter(({ no }) => isVisible(no)).map(({ budget }) => budget);
  return { run, found, seen, rate, cost };
}

/** Seconds until the tightest budget is used up at the price of the run; null if there is no limit. */
export function secondsLeft({ found, rate }: Pick<RunBudgets, "found" | "rate">, graceSec: number): number | null {
  const tightest = found[0];
  if (tightest === undefined || rate === null || rate === 0n) return null;
  return Math.max(0, Number((parseMoney(tightest.leftUsd) * 3_600_000n) / rate) / 1000 - graceSec);
}

function reasonToGoOn({ hasBudget, isPriced }: { hasBudget: boolean; isPriced: boolean }): string {
  if (!hasBudget) return "no budget applies to the run";
  return isPriced
    ? "every budget lasts beyond the next checkpoint"
    : "the run has no known price: no budget can stop it";
}

/** Stores a decision if it differs from the last one for the run. */
async function record(store: Store, { runId, action, reason, spentUsd }: GuardAnswer, nowMs: number): Promise<void> {
  const last = await store.db
    .selectFrom("guard_decisions")
    .select("action")
    .where("run_id", "=", runId)
    .orderBy("decision_no", "desc")
    .limit(1)
    .executeTakeFirst();
  if (last?.action === action || (last === undefined && action === "continue")) return;
  await store.write((db) =>
    db
      .insertInto("guard_decisions")
      .values({ run_id: runId, action, reason, spent_usd: spentUsd, decided_ms: nowMs })
      .execute(),
  );
}
