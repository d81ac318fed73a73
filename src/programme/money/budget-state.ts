import { formatMoney, parseMoney } from "../../base/money.ts";
import { BudgetRequest, type BudgetState } from "../../domain/money.ts";
import type { Db, Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { type CostedRun, costedRuns } from "./costed-runs.ts";
import { type EnteredLine, readEntered } from "./entered-costs.ts";
import type { Pricing } from "./pricing.ts";

/** A budget as stored. */
export type Budget = Row<"budgets">;

/** Input for the state of a budget. */
export type BudgetFacts = {
  budget: Budget;
  runs: readonly CostedRun[];
  /** Reserved pico-dollars, by run. */
  holds: ReadonlyMap<string, bigint>;
  /** All entered costs. */
  entered: readonly EnteredLine[];
  now: Date;
};

/** Forecast horizon of a budget without a period, ms. */
const DAY_MS = 86_400_000;

/** All active budgets, with the amounts spent, reserved and left. */
export async function budgetStates(store: Store, pricing: Pricing, now: Date): Promise<BudgetState[]> {
  const budgets = await holdingBudgets(store.db);
  if (budgets.length === 0) return [];
  const runs = await costedRuns(store, pricing);
  const facts = { runs, holds: await heldByRun(store.db), entered: await readEntered(store.db, "all"), now };
  return Promise.all(budgets.map(async (budget) => stateOf(store.db, { budget, ...facts })));
}

/** Budgets of one person: those with the person's tag, and those that apply to one of their runs. */
export async function ownBudgets(store: Store, pricing: Pricing, user: string): Promise<BudgetState[]> {
  const budgets = await holdingBudgets(store.db);
  if (budgets.length === 0) return [];
  const runs = await costedRuns(store, pricing);
  const facts = { runs, holds: await heldByRun(store.db), entered: await readEntered(store.db, "all") };
  const isOwn = (run: CostedRun): boolean =>
    run.tags.some(({ key, value }) => ["user", "mlflow.user"].includes(key) && value === user);
  const ownRuns = runs.filter(isOwn);
  const isFor = (budget: Budget): boolean =>
    (budget.scope === "tag" && [`user=${user}`, `mlflow.user=${user}`].includes(budget.scope_key)) ||
    ownRuns.some((run) => fallsUnder(budget, run));
  const now = pricing.now();
  return Promise.all(budgets.filter(isFor).map((budget) => stateOf(store.db, { budget, ...facts, now })));
}

/** Whether the reader of the pricing may see a budget, by its number: an engineer sees only own ones. */
export async function visibleBudgets(store: Store, pricing: Pricing): Promise<(no: number) => boolean> {
  if (pricing.engineer === undefined) return () => true;
  const own = new Set((await ownBudgets(store, pricing, pricing.engineer)).map(({ no }) => no));
  return (no) => own.has(no);
}

/** Budgets that were not replaced, oldest first. */
export function holdingBudgets(db: Db): Promise<Budget[]> {
  return db.selectFrom("budgets").selectAll().where("replaced_by", "is", null).orderBy("budget_no").execute();
}

/** Reservation of each run, pico-dollars. */
export async function heldByRun(db: Db): Promise<Map<string, bigint>> {
  const rows = await db
    .selectFrom("ledger_balances")
    .select(["account", "amount"])
    .where("account", ">=", "hold:")
    .where("account", "<", "hold;")
    .orderBy("account")
    .execute();
  return new Map(
    rows
      .map(({ account, amount }) => [account.slice("hold:".length), parseMoney(amount)] as const)
      .filter(([, pico]) => pico !== 0n),
  );
}

/** Tag of the runs of a sweep. */
export const SWEEP_TAG = "tunewright.sweep";

const SWEEP_HOLDER = "sweep-";

/** Name under which a sweep reserves its amount once, for all its trials. */
export function sweepHolder(sweepId: string): string {
  return `${SWEEP_HOLDER}${sweepId}`;
}

/** The sweep that a name stands for in a reservation; undefined for a run. */
export function heldSweep(holder: string): string | undefined {
  return holder.startsWith(SWEEP_HOLDER) ? holder.slice(SWEEP_HOLDER.length) : undefined;
}

/** Amounts by run, and by the sweep of the runs, under the names of their reservations. */
export function byHolder<Run extends Pick<CostedRun, "id" | "tags">>(
  runs: readonly Run[],
  picoOf: (run: Run) => bigint,
): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  const add = (holder: string, pico: bigint): unknown => sums.set(holder, (sums.get(holder) ?? 0n) + pico);
  for (const run of runs) {
    const pico = picoOf(run);
    add(run.id, pico);
    const sweep = run.tags.find(({ key }) => key === SWEEP_TAG)?.value;
    if (sweep !== undefined) add(sweepHolder(sweep), pico);
  }
  return sums;
}

/** Whether a budget applies to a run. An activity other than training has no runs. */
export function fallsUnder(
  { scope, scope_key: key }: Budget,
  run: { id: string; experiment: string | null; tags: readonly { key: string; value: string }[] },
): boolean {
  if (scope === "programme") return true;
  if (scope === "activity") return key === "training";
  if (scope === "experiment") return run.experiment === key;
  if (scope === "run") return run.id === key;
  return run.tags.some((tag) => `${tag.key}=${tag.value}` === key);
}

/** Text of a budget. */
export function budgetName({ scope, scope_key: key, period }: Budget): string {
  return `${key === "" ? "the programme" : `${scope} ${key}`}${period === "month" ? " for this month" : ""}`;
}

/** Start of the period of a budget, ms since 1970; 0 for one over all time. */
function periodStartMs({ period }: Budget, now: Date): number {
  return period === "month" ? Date.UTC(now.getUTCFullYear(), now.getUTCMonth()) : 0;
}

/** A budget with the amounts spent, reserved and left. */
export async function stateOf(db: Db, { budget, runs, holds, entered, now }: BudgetFacts): Promise<BudgetState> {
  const fromMs = periodStartMs(budget, now);
  const own = runs.filter((run) => fallsUnder(budget, run));
  const spentOf = new Map(own.map((run) => [run.id, run.machinesSince(fromMs)]));
  const lines = enteredLines(entered, budget, own);
  const enteredOf = new Map<string, bigint>();
  let ofNoRun = 0n;
  for (const { pico, runId, ms } of lines) {
    const isOfRun = runId !== null && spentOf.has(runId);
    if (isOfRun) enteredOf.set(runId, (enteredOf.get(runId) ?? 0n) + pico);
    if (ms < fromMs) continue;
    if (isOfRun) spentOf.set(runId, spentOf.get(runId)! + pico);
    else ofNoRun += pico;
  }
  const total = byHolder(own, (run) => run.machinesSince(0) + (enteredOf.get(run.id) ?? 0n));
  for (const holder of await sweepsUnder(db, budget, holds)) total.set(holder, total.get(holder) ?? 0n);
  const isWide = budget.scope === "programme" || budget.scope === "activity";
  const spent = [...spentOf.values()].reduce((sum, pico) => sum + pico, ofNoRun);
  // A run that has a reservation and spends uses the reservation up; its spend is not reserved again.
  const held = [...holds].reduce((sum, [id, pico]) => {
    const ownSpent = total.get(id);
    if (ownSpent === undefined && !isWide) return sum;
    return sum + (pico > (ownSpent ?? 0n) ? pico - (ownSpent ?? 0n) : 0n);
  }, 0n);
  const cap = parseMoney(budget.cap_usd);
  const perHour = own
    .filter(({ cost }) => cost.state === "alive")
    .reduce((sum, { cost }) => sum + parseMoney(cost.usdPerHour ?? "0"), 0n);
  const untilMs =
    budget.period === "month" ? Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) - now.getTime() : DAY_MS;
  const dearest = [...spentOf].filter(([, pico]) => pico > 0n).toSorted(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0));
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
    forecastUsd: formatMoney(spent + (perHour * BigInt(Math.trunc(untilMs))) / 3_600_000n),
    usdPerHour: formatMoney(perHour),
    unpricedRuns: own.filter(({ cost, alive }) => cost.usd === null && alive.some(({ toMs }) => toMs > fromMs)).length,
    hitBy: dearest.slice(0, 3).map(([id]) => id),
    usedShare: cap === 0n ? null : Number(spent + held) / Number(cap),
  };
}

/** Reservations of sweeps whose experiment a budget is for, also before their first trial. */
async function sweepsUnder(
  db: Db,
  { scope, scope_key: key }: Budget,
  holds: ReadonlyMap<string, bigint>,
): Promise<string[]> {
  const ids = [...holds.keys()].flatMap((holder) => heldSweep(holder) ?? []);
  if (scope !== "experiment" || ids.length === 0) return [];
  const rows = await db.selectFrom("sweeps").select(["sweep_id", "base"]).where("sweep_id", "in", ids).execute();
  return rows.flatMap(({ sweep_id, base }) =>
    (JSON.parse(base) as { experiment?: string }).experiment === key ? [sweepHolder(sweep_id)] : [],
  );
}

/**
 * Those of all entered costs that belong to a budget. To a budget of an experiment, a run or a tag belong those that name
 * one of its runs.
 *
 * @param own  runs that the budget applies to
 */
export function enteredLines(
  entered: readonly EnteredLine[],
  { scope, scope_key: key }: Budget,
  own: readonly Pick<CostedRun, "id">[],
): EnteredLine[] {
  const isWide = scope === "programme" || scope === "activity";
  const ids = new Set(own.map(({ id }) => id));
  return entered.filter(({ activity, runId }) =>
    isWide ? scope === "programme" || activity === key : runId !== null && ids.has(runId),
  );
}
