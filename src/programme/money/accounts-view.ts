import { formatMoney, parseMoney } from "../../base/money.ts";
import type { AccountsView } from "../../domain/money-accounts.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { byHolder, heldByRun, holdingBudgets, visibleBudgets } from "./budget-state.ts";
import { type CostedRun, costedRuns } from "./costed-runs.ts";
import { activityOf } from "./entered-costs.ts";
import { leakageReport } from "./leakage.ts";
import type { Pricing } from "./pricing.ts";

/** Metrics in which trainers log the number of tokens read. */
const TOKEN_METRICS = ["train/num_input_tokens_seen", "num_input_tokens_seen", "train/num_tokens", "num_tokens"];

/**
 * Usual shares of a budget, in per cent. @source the article on budgets of fine-tuning programmes, reference of issue
 * 16
 */
const SHAPE = { data: [0.6, 0.7], compute: [0.05, 0.15] } as const;

/**
 * Plan, commitment, accrual and bill by activity; the cost of a token, a label and a point of evaluation; and the shape
 * of the spent budget.
 *
 * @param points points of evaluation that the programme gained; null if unknown
 */
export async function accountsView(store: Store, pricing: Pricing, points: number | null): Promise<AccountsView> {
  const { db } = store;
  const runs = await costedRuns(store, pricing);
  const report = await leakageReport(store, pricing);
  const accrued = await enteredByActivity(db);
  const training = runs.reduce((sum, run) => sum + run.machinesSince(0), 0n);
  accrued.set("training", (accrued.get("training") ?? 0n) + training);
  const billed = report.runs.reduce((sum, { billedUsd }) => sum + parseMoney(billedUsd), 0n);
  const committed = await committedPico(db, runs);
  const isVisible = await visibleBudgets(store, pricing); // a plan is the budget of an activity
  const plans = new Map(
    (await holdingBudgets(db))
      .filter(({ scope, budget_no: no }) => scope === "activity" && isVisible(no))
      .map(({ scope_key, cap_usd }) => [scope_key, parseMoney(cap_usd)] as const),
  );
  const total = [...accrued.values()].reduce((sum, pico) => sum + pico, 0n);
  const names = [...new Set([...plans.keys(), ...accrued.keys()])];
  const rows = names
    .map((activity) => {
      const own = accrued.get(activity) ?? 0n;
      const held = activity === "training" ? committed : 0n;
      const plan = plans.get(activity);
      const row = {
        activity,
        planUsd: plan === undefined ? null : formatMoney(plan),
        committedUsd: formatMoney(held),
        accruedUsd: formatMoney(own),
        billedUsd: formatMoney(activity === "training" ? billed : 0n),
        leftUsd: plan === undefined ? null : formatMoney(plan - held - own),
        share: total === 0n ? null : Number(own) / Number(total),
      };
      return { own, row };
    })
    .toSorted((a, b) => (a.own < b.own ? 1 : a.own > b.own ? -1 : a.row.activity < b.row.activity ? -1 : 1));
  const plan = [...plans.values()].reduce((sum, pico) => sum + pico, 0n);
  return {
    activities: rows.map(({ row }) => row),
    totals: {
      planUsd: plans.size === 0 ? null : formatMoney(plan),
      committedUsd: formatMoney(committed),
      accruedUsd: formatMoney(total),
      billedUsd: formatMoney(billed),
      leftUsd: plans.size === 0 ? null : formatMoney(plan - committed - total),
    },
    shape: shapeOf({ data: accrued.get("data") ?? 0n, compute: training, total }),
    units: await unitCosts(db, { accrued, training, total, points, runs }),
  };
}

async function enteredByActivity(db: Db): Promise<Map<string, bigint>> {
  const rows = await db
    .selectFrom("ledger_balances")
    .select(["account", "amount"])
    .where("currency", "=", "USD")
    .where((eb) => eb.or([eb("account", "like", "spent:%"), eb("account", "like", "data:labelling:%")]))
    .orderBy("account")
    .execute();
  const sums = new Map<string, bigint>();
  for (const { account, amount } of rows) {
    const activity = activityOf(account);
    sums.set(activity, (sums.get(activity) ?? 0n) + parseMoney(amount));
  }
  return sums;
}

/** Amounts reserved for runs in excess of their spend. */
async function committedPico(db: Db, runs: readonly CostedRun[]): Promise<bigint> {
  const spent = byHolder(runs, (run) => run.spentSince(0));
  return [...(await heldByRun(db))].reduce((sum, [id, pico]) => {
    const left = pico - (spent.get(id) ?? 0n);
    return sum + (left > 0n ? left : 0n);
  }, 0n);
}

function shapeOf({ data, compute, total }: { data: bigint; compute: bigint; total: bigint }): AccountsView["shape"] {
  const share = (pico: bigint): number | null => (total === 0n ? null : Number(pico) / Number(total));
  const inside = (value: number | null, [low, high]: readonly [number, number]): boolean | null =>
    value === null ? null : value >= low && value <= high;
  return [
    { part: "data", expected: "60-70 %", share: share(data), isInside: inside(share(data), SHAPE.data) },
    { part: "compute", expected: "5-15 %", share: share(compute), isInside: inside(share(compute), SHAPE.compute) },
    { part: "rest", expected: "the rest", share: share(total - data - compute), isInside: null },
  ];
}

type UnitFacts = {
  accrued: ReadonlyMap<string, bigint>;
  training: bigint;
  total: bigint;
  points: number | null;
  runs: readonly CostedRun[];
};

async function unitCosts(db: Db, facts: UnitFacts): Promise<AccountsView["units"]> {
  const { training, total, points } = facts;
  const tokens = await trainedTokens(db);
  const labels = await labelCount(db);
  const labelling = await labellingPico(db);
  const unitCost = (pico: bigint, count: number): string =>
    formatMoney(pico / BigInt(Math.max(1, Math.round(count))), 2);
  return [
    tokens.count === 0
      ? { unit: "token", usd: null, count: null, basis: "no run logged how many tokens it read" }
      : {
          unit: "token",
          usd: unitCost(training, tokens.count),
          count: tokens.count,
          basis: `cost of all runs by the tokens that ${tokens.runs} of them logged`,
        },
    points === null || points <= 0
      ? { unit: "point", usd: null, count: null, basis: "say how many points were gained: --points, from eval compare" }
      : {
          unit: "point",
          usd: formatMoney((total * 1000n) / BigInt(Math.round(points * 1000))),
          count: points,
          basis: "all that accrued by the points gained",
        },
    labels === 0
      ? { unit: "label", usd: null, count: null, basis: "nothing was labelled" }
      : {
          unit: "label",
          usd: unitCost(labelling, labels),
          count: labels,
          basis: "labelling that was posted by answers that count",
        },
  ];
}

/** Logged tokens of runs, from the first available metric of each run. */
async function trainedTokens(db: Db): Promise<{ count: number; runs: number }> {
  const rows = await db
    .selectFrom("series")
    .select(["run_no", "key", "value"])
    .where("key", "in", TOKEN_METRICS)
    .where("is_nan", "=", 0)
    .orderBy("run_no")
    .execute();
  const byRun = new Map<number, { rank: number; value: number }>();
  for (const { run_no, key, value } of rows) {
    const rank = TOKEN_METRICS.indexOf(key);
    if (rank < (byRun.get(run_no)?.rank ?? TOKEN_METRICS.length)) byRun.set(run_no, { rank, value });
  }
  return { count: [...byRun.values()].reduce((sum, { value }) => sum + value, 0), runs: byRun.size };
}

async function labelCount(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom("label_answers")
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .where("undone_ms", "is", null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function labellingPico(db: Db): Promise<bigint> {
  const rows = await db
    .selectFrom("ledger_balances")
    .select("amount")
    .where("account", "like", "data:labelling:%")
    .execute();
  return rows.reduce((sum, { amount }) => sum + parseMoney(amount), 0n);
}
