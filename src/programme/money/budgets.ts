import { Failure } from "../../base/failure.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import type { BudgetRequest, ReserveRequest } from "../../domain/money.ts";
import type { RunQuery } from "../../domain/tracked-run.ts";
import { balanceOf, lockLedger, post } from "../../ledger/post.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { budgetName, byHolder, fallsUnder, heldByRun, heldSweep, holdingBudgets, stateOf } from "./budget-state.ts";
import { type CostedRun, costedRuns } from "./costed-runs.ts";
import { readEntered } from "./entered-costs.ts";
import type { Pricing } from "./pricing.ts";

/** All runs that were not deleted, most expensive first. */
export const ALL_RUNS: RunQuery = { deleted: false, filter: "", order: ["cost"], limit: 10_000 };

/**
 * Sets a budget; one with the same scope, key and period is replaced but kept in the history. That of a whole approved
 * budget.json also replaces all that an earlier approval set.
 */
export async function setBudget(store: Store, request: BudgetRequest, nowMs: number): Promise<number> {
  const { scope, key, capUsd, period, setBy, sourceSha256 } = request;
  if (scope !== "programme" && key === "") {
    throw new Failure("bad_input", `a ${scope} budget needs the name of its ${scope}`, {
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
    if (scope === "programme" && sourceSha256 !== null) {
      await db
        .updateTable("budgets")
        .set({ replaced_by: no })
        .where("source_sha256", "!=", sourceSha256)
        .where("replaced_by", "is", null)
        .execute();
    }
    return no;
  });
}

/** When a reservation is checked, and what is stored together with it. */
export type Reserving = {
  pricing: Pricing;
  now: Date;
  /**
   * Stores what the money is reserved for, in the transaction of the reservation: whoever is killed leaves both or
   * neither. Default: nothing.
   */
  alongside?: (db: Db) => Promise<unknown>;
};

/** Text that names whoever has a reservation. */
function holderName(holder: string): string {
  const sweep = heldSweep(holder);
  return sweep === undefined ? `run ${holder}` : `sweep ${sweep}`;
}

/**
 * Reserves money for a run or a sweep before it starts, within every budget that applies to it, or fails. What it has
 * spent already is part of the amount. The check and the reservation are one transaction, so that runs that start
 * together never exceed a cap together.
 *
 * @throws Failure over_budget, naming the budget and the amount left
 */
export async function reserve(store: Store, request: ReserveRequest, reserving: Reserving): Promise<void> {
  const { pricing, now, alongside } = reserving;
  const { runId } = request;
  // Spend is computed from intervals, outside the lock: it only grows with time, while reservations are concurrent.
  const runs = await costedRuns(store, pricing);
  const spent = byHolder(runs, (run) => run.spentSince(0)).get(runId) ?? 0n;
  await store.write(async (db) => {
    await lockLedger(db, store);
    await hold(db, request, { runs, spent, now });
    await alongside?.(db);
  });
}

/** Checks a reservation against every budget that applies to it, and posts it. @throws Failure over_budget, bad_input */
async function hold(
  db: Db,
  { runId, usd, experiment, tags }: ReserveRequest,
  { runs, spent, now }: { runs: readonly CostedRun[]; spent: bigint; now: Date },
): Promise<void> {
  const who = holderName(runId);
  const holds = await heldByRun(db);
  const held = holds.get(runId);
  if (held === parseMoney(usd)) return; // sent again because the response was lost
  if (held !== undefined) {
    throw new Failure("bad_input", `${formatMoney(held)} USD are already reserved for ${who}`, {
      hint: `release them first: tunewright budget reserve ${runId} --release`,
    });
  }
  const before = await holdLines(db, runId);
  const entered = await readEntered(db, "all");
  for (const budget of await holdingBudgets(db)) {
    if (!fallsUnder(budget, { id: runId, experiment, tags })) continue;
    const { leftUsd, capUsd } = await stateOf(db, { budget, runs, holds, entered, now });
    if (parseMoney(usd) - spent <= parseMoney(leftUsd)) continue;
    throw new Failure(
      "over_budget",
      `${usd} USD for ${who} would exceed the budget of ${budgetName(budget)}: ${leftUsd} of ${capUsd} USD are left`,
      {
        hint: "raise the budget (tunewright budget set), or plan a cheaper run",
      },
    );
  }
  await post(
    db,
    {
      idempotencyKey: `reserve:${runId}:${before}`,
      kind: "reserve",
      currency: "USD",
      effectiveMs: now.getTime(),
      runId,
      memo: `hold for ${who}`,
      lines: [
        { account: `hold:${runId}`, amount: usd },
        { account: "committed", amount: formatMoney(-parseMoney(usd)) },
      ],
    },
    now.getTime(),
  );
}

/** Number of lines of the reservations of a run so far, which is part of their idempotency keys. */
async function holdLines(db: Db, runId: string): Promise<number> {
  const { lines } = await db
    .selectFrom("ledger_lines")
    .select(({ fn }) => fn.countAll<number | string>().as("lines"))
    .where("account", "=", `hold:${runId}`)
    .executeTakeFirstOrThrow();
  return Number(lines);
}

/** Releases the reservation of a run, if there is one. */
export async function release(store: Store, runId: string, now: Date): Promise<void> {
  await store.write(async (db) => {
    await lockLedger(db, store);
    const held = await balanceOf(db, `hold:${runId}`);
    if (held === 0n) return;
    const before = await holdLines(db, runId);
    await post(
      db,
      {
        idempotencyKey: `release:${runId}:${before}`,
        kind: "release",
        currency: "USD",
        effectiveMs: now.getTime(),
        runId,
        memo: `hold of ${holderName(runId)} given back`,
        lines: [
          { account: "committed", amount: formatMoney(held) },
          { account: `hold:${runId}`, amount: formatMoney(-held) },
        ],
      },
      now.getTime(),
    );
  });
}
