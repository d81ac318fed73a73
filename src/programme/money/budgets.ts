import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { BudgetRequest, type BudgetState, type PricedRun } from "../../domain/money.ts";
import type { RunQuery } from "../../domain/tracked-run.ts";
import { balanceOf, lockLedger, post } from "../../ledger/post.ts";
import type { Db, Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { listPricedRuns, type Pricing } from "./priced-runs.ts";

/** A hold of money for a run that is about to start. */
export type Reservation = {
  runId: string;
  /** What it may cost: the plan's p90, a decimal. */
  usd: string;
  experiment: string | null;
  tags: readonly { key: string; value: string }[];
};

/** Every run that was not deleted, dearest first. */
export const ALL_RUNS: RunQuery = { deleted: false, filter: "", order: ["cost"], limit: 10_000 };

/** Sets a budget; one of the same scope, key and period is replaced, and stays on record. */
export async function setBudget(store: Store, request: BudgetRequest, nowMs: number): Promise<number> {
  const { scope, key, capUsd, period, setBy, sourceSha256 } = request;
  if (scope !== "programme" && key === "") {
    throw new Failure("bad_input", `a budget of one ${scope} needs to say which`, {
      hint: `add --key with the name of the ${scope}`,
    });
  }
  return store.write(async (db) => {
    await lockLedger(db, store);
    const row = {
      scope,
      scope_key: key,
      period,
      cap_usd: capUsd,
      source_sha256: sourceSha256,
      set_by: setBy,
      set_ms: nowMs,
      replaced_by: null,
    };
    const { budget_no: no } = await db
      .insertInto("budgets")
      .values(row)
      .returning("budget_no")
      .executeTakeFirstOrThrow();
    await db
      .updateTable("budgets")
      .set({ replaced_by: no })
      .where("scope", "=", scope)
      .where("scope_key", "=", key)
      .where("period", "=", period)
      .where("replaced_by", "is", null)
      .where("budget_no", "<", no)
      .execute();
    return no;
  });
}

/** Every budget that holds, with what is spent, held and left. */
export async function budgetStates(store: Store, pricing: Pricing, now: Date): Promise<BudgetState[]> {
  const budgets = await holding(store.db);
  if (budgets.length === 0) return [];
  const { runs } = await listPricedRuns(store, ALL_RUNS, pricing);
  const holds = await heldByRun(store.db);
  return Promise.all(budgets.map(async (budget) => stateOf(store.db, { budget, runs, holds, now })));
}

/**
 * Holds money for a run before it starts, against every budget that it falls under, or refuses: checked and written in one
 * transaction, so that runs that start together never pass a cap together.
 *
 * @throws Failure over_budget, naming the budget and what is left of it
 */
export async function reserve(
  store: Store,
  { runId, usd, experiment, tags }: Reservation,
  time: { pricing: Pricing; now: Date },
): Promise<void> {
  const { pricing, now } = time;
  // Spending is computed from intervals, outside the lock: it only grows by time, while holds are what races.
  const { runs } = await listPricedRuns(store, ALL_RUNS, pricing);
  await store.write(async (db) => {
    await lockLedger(db, store);
    const holds = await heldByRun(db);
    for (const budget of await holding(db)) {
      if (!fallsUnder(budget, { id: runId, experiment, tags })) continue;
      const { leftUsd, capUsd } = await stateOf(db, { budget, runs, holds, now });
      if (holds.has(runId) || parseMoney(usd) <= parseMoney(leftUsd)) continue;
      throw new Failure(
        "over_budget",
        `${usd} USD for run ${runId} passes the budget of ${nameOf(budget)}: ${leftUsd} of ${capUsd} USD are left`,
        {
          hint: "raise the budget (tunewright budget set), or plan a cheaper run",
        },
      );
    }
    await post(
      db,
      {
        idempotencyKey: `reserve:${runId}`,
        kind: "reserve",
        currency: "USD",
        effectiveMs: now.getTime(),
        runId,
        memo: `hold for run ${runId}`,
        lines: [
          { account: `hold:${runId}`, amount: usd },
          { account: "committed", amount: formatMoney(-parseMoney(usd)) },
        ],
      },
      now.getTime(),
    );
  });
}

/** Gives back what was held for a run. Does nothing where nothing is. */
export async function release(store: Store, runId: string, now: Date): Promise<void> {
  await store.write(async (db) => {
    await lockLedger(db, store);
    const held = await balanceOf(db, `hold:${runId}`);
    if (held === 0n) return;
    await post(
      db,
      {
        idempotencyKey: `release:${runId}:${now.getTime()}`,
        kind: "release",
        currency: "USD",
        effectiveMs: now.getTime(),
        runId,
        memo: `hold of run ${runId} given back`,
        lines: [
          { account: "committed", amount: formatMoney(held) },
          { account: `hold:${runId}`, amount: formatMoney(-held) },
        ],
      },
      now.getTime(),
    );
  });
}

type Budget = Row<"budgets">;

function holding(db: Db): Promise<Budget[]> {
  return db.selectFrom("budgets").selectAll().where("replaced_by", "is", null).orderBy("budget_no").execute();
}

async function heldByRun(db: Db): Promise<Map<string, bigint>> {
  const rows = await db
    .selectFrom("ledger_balances")
    .select(["account", "amount"])
    .where("account", "like", "hold:%")
    .execute();
  return new Map(
    rows
      .map(({ account, amount }) => [account.slice("hold:".length), parseMoney(amount)] as const)
      .filter(([, pico]) => pico !== 0n),
  );
}

type Scoped = { id: string; experiment: string | null; tags: readonly { key: string; value: string }[] };

/** Whether a run falls under a budget. An activity other than training has no runs. */
function fallsUnder({ scope, scope_key: key }: Budget, run: Scoped): boolean {
  if (scope === "programme") return true;
  if (scope === "activity") return key === "training";
  if (scope === "experiment") return run.experiment === key;
  if (scope === "run") return run.id === key;
  return run.tags.some((tag) => `${tag.key}=${tag.value}` === key);
}

type Facts = { budget: Budget; runs: readonly PricedRun[]; holds: ReadonlyMap<string, bigint>; now: Date };

async function stateOf(db: Db, { budget, runs, holds, now }: Facts): Promise<BudgetState> {
  const from = budget.period === "month" ? now.toISOString().slice(0, 7) : "";
  const own = runs.filter((run) => fallsUnder(budget, run));
  const spentByRuns = own
    .filter(({ startedAt }) => startedAt >= from)
    .reduce((sum, { cost }) => sum + parseMoney(cost.usd ?? "0"), 0n);
  const entered =
    budget.scope === "programme" || budget.scope === "activity" ? await enteredPico(db, budget, from) : 0n;
  const known = new Map(own.map((run) => [run.id, run]));
  // A run that has a hold and spends uses the hold up; what it spent is not held a second time.
  const held = [...holds].reduce((sum, [id, pico]) => {
    const run = known.get(id);
    if (run === undefined && budget.scope !== "programme" && budget.scope !== "activity") return sum;
    const spent = parseMoney(run?.cost.usd ?? "0");
    return sum + (pico > spent ? pico - spent : 0n);
  }, 0n);
  const cap = parseMoney(budget.cap_usd);
  const spent = spentByRuns + entered;
  return {
    no: budget.budget_no,
    ...BudgetRequest.parse({
      scope: budget.scope,
      key: budget.scope_key,
      capUsd: budget.cap_usd,
      period: budget.period,
      setBy: budget.set_by,
      sourceSha256: budget.source_sha256,
    }),
    setAt: new Date(budget.set_ms).toISOString(),
    spentUsd: formatMoney(spent),
    heldUsd: formatMoney(held),
    leftUsd: formatMoney(cap - spent - held),
    usedShare: cap === 0n ? null : Number(spent + held) / Number(cap),
  };
}

/** Hours and fixed costs that were entered for a programme, or for one activity of it. */
async function enteredPico(db: Db, { scope, scope_key: key }: Budget, fromMonth: string): Promise<bigint> {
  const rows = await db
    .selectFrom("ledger_lines")
    .select(["amount", "effective_ms"])
    .where("account", "like", scope === "programme" ? "spent:%" : `spent:${key}`)
    .execute();
  return rows
    .filter(({ effective_ms }) => new Date(effective_ms).toISOString() >= fromMonth)
    .reduce((sum, { amount }) => sum + parseMoney(amount), 0n);
}

function nameOf({ scope, scope_key: key, period }: Budget): string {
  return `${key === "" ? "the programme" : `${scope} ${key}`}${period === "month" ? " for this month" : ""}`;
}
