import type { Context } from "hono";
import * as z from "zod";

import {
  AlertTarget,
  AlertTargets,
  BudgetCurve,
  BudgetList,
  BudgetRequest,
  GuardAnswer,
  ReserveRequest,
  RunMoney,
  RunKey,
} from "../../domain/money.ts";
import { alertTargets, setAlertTarget } from "../../programme/money/budget-alerts.ts";
import { budgetCurve } from "../../programme/money/budget-curve.ts";
import { budgetStates, ownBudgets } from "../../programme/money/budget-state.ts";
import { guardRun } from "../../programme/money/guard.ts";
import { runMoney } from "../../programme/money/run-money.ts";
import { releaseAndShow, reserveAndShow, setBudgets } from "../../programme/money/set-budgets.ts";
import { engineerOf } from "../access/engineer-of.ts";
import type { RestApi } from "../rest-api.ts";

const GuardQuery = z.strictObject({
  id: z.string().describe("Id of the run, or its first digits"),
  horizonSec: z
    .int()
    .min(0)
    .max(31_536_000)
    .default(600)
    .describe("Seconds until the run can save its next checkpoint"),
  graceSec: z.int().min(0).max(86_400).default(120).describe("Seconds that the run needs to save and exit"),
});

const TargetRequest = z.strictObject({
  ...AlertTarget.shape,
  remove: z.boolean().default(false).describe("Remove it instead"),
});

/** Budgets, reservations, the guard of a run, and destinations of alerts. */
export function addBudgetRoutes(api: RestApi): void {
  const { store, programmes, pricesOf, now } = api.context;
  const pricing = { programmes, pricesOf, now };
  api.add("get /budgets", {
    summary: "List active budgets with the amounts spent, reserved and left; an engineer sees only own budgets",
    request: z.strictObject({}),
    response: BudgetList,
    answer: async (_request, c) => (await ownOf(api, c)) ?? { budgets: await budgetStates(store, pricing, now()) },
  });
  api.add("get /budgets/curve", {
    summary: "Show the spend of a budget over time and when it will be used up",
    request: z.strictObject({ no: z.int().min(1).describe("Number of the budget") }),
    response: BudgetCurve,
    answer: async ({ no }, c) => {
      const own = await ownOf(api, c);
      return budgetCurve(store, own === undefined || own.budgets.some((budget) => budget.no === no) ? no : 0, pricing);
    },
  });
  api.add("post /budgets", {
    summary: "Set a budget; it replaces an existing one with the same scope and period",
    request: BudgetRequest,
    response: BudgetList,
    answer: (request) => setBudgets(store, request, { pricing, now: now() }),
  });
  addRunBudgetRoutes(api);
}

/** Budgets of the engineer who asks; undefined for anybody else, who may see all. */
async function ownOf({ context }: RestApi, c: Context): Promise<BudgetList | undefined> {
  const { store, programmes, pricesOf, now } = context;
  const engineer = engineerOf(c);
  if (engineer === undefined) return undefined;
  return { budgets: await ownBudgets(store, { programmes, pricesOf, now }, engineer) };
}

/** Reservations, cost and guard of a run, and destinations of alerts. */
function addRunBudgetRoutes(api: RestApi): void {
  const { store, programmes, pricesOf, now, mail } = api.context;
  const pricing = { programmes, pricesOf, now };
  api.add("post /reservations", {
    summary: "Reserve the cost of a run before it starts; 409 if a budget would be exceeded",
    request: ReserveRequest,
    response: BudgetList,
    answer: async (request, c) => {
      const all = await reserveAndShow(store, request, pricing);
      return (await ownOf(api, c)) ?? all;
    },
  });
  api.add("post /reservations/{runId}/release", {
    summary: "Release the reservation of a run",
    request: z.strictObject({ runId: RunKey.describe("The run") }),
    response: BudgetList,
    answer: async ({ runId }, c) => {
      const all = await releaseAndShow(store, runId, pricing);
      return (await ownOf(api, c)) ?? all;
    },
  });
  api.add("get /runs/{id}/cost", {
    summary: "Show the accrued cost of a run, the billed cost, and the budgets that it uses",
    request: z.strictObject({ id: z.string().describe("Id of the run, or its first digits") }),
    response: RunMoney,
    answer: async ({ id }, c) => runMoney(store, id, { ...pricing, engineer: engineerOf(c) }),
  });
  api.add("get /runs/{id}/guard", {
    summary: "Decide whether a run can continue within its budgets: continue, warn or stop",
    request: GuardQuery,
    response: GuardAnswer,
    answer: async (question, c) => guardRun(store, question, { ...pricing, engineer: engineerOf(c) }),
  });
  api.add("get /alerts", {
    summary: "List the targets of budget alerts",
    request: z.strictObject({}),
    response: AlertTargets,
    answer: () => alertTargets(store, mail),
  });
  api.add("post /alerts", {
    summary: "Add or remove a target of budget alerts",
    request: TargetRequest,
    response: AlertTargets,
    answer: async ({ remove, ...target }) => {
      await setAlertTarget(store, target, { remove, nowMs: now().getTime() });
      return alertTargets(store, mail);
    },
  });
}
