import * as z from "zod";

import { LedgerCheck, LedgerHead, LedgerPage, LedgerQuery } from "../../domain/ledger.ts";
import { CostList, CostsEntered, MoneyOverview, Settlement, SpendEntered, SpendRequest } from "../../domain/money.ts";
import { PaidCalls, PaidCallsPosted } from "../../domain/paid-calls.ts";
import { verifyLedger } from "../../ledger/verify.ts";
import { ownBudgets } from "../../programme/money/budget-state.ts";
import { enterCosts, enterSpend } from "../../programme/money/enter-spend.ts";
import { ledgerPage } from "../../programme/money/ledger-page.ts";
import { moneyOverview } from "../../programme/money/overview.ts";
import { postCalls } from "../../programme/paid-calls/post-calls.ts";
import { settleDue } from "../../programme/money/settle-calls.ts";
import { engineerOf } from "../access/engineer-of.ts";
import type { RestApi } from "../rest-api.ts";
import { addBillRoutes } from "./bills.ts";

const Nothing = z.strictObject({});

/** Money: the overview, bills, the ledger and its check. */
export function addMoneyRoutes(api: RestApi): void {
  const { store, programmes, pricesOf, now } = api.context;
  const pricing = { programmes, pricesOf, now };
  api.add("get /money", {
    summary: "Show spend, forecast, budgets and unpriced runs",
    request: Nothing,
    response: MoneyOverview,
    answer: async (_request, c) => {
      const overview = await moneyOverview(store, pricing, now());
      const engineer = engineerOf(c);
      return engineer === undefined ? overview : { ...overview, budgets: await ownBudgets(store, pricing, engineer) };
    },
  });
  addBillRoutes(api);
  api.add("post /ledger/spend", {
    summary: "Post working hours or a fixed cost; a reference makes the request idempotent",
    request: SpendRequest,
    response: SpendEntered,
    answer: (request) => enterSpend(store, request, now()),
  });
  api.add("post /ledger/costs", {
    summary: "Post working hours and fixed costs together, all or none; those with a known reference are skipped",
    request: CostList,
    response: CostsEntered,
    answer: (request) => enterCosts(store, request, now()),
  });
  api.add("post /paid-calls", {
    summary: "Post calls of models that were paid for, one entry each; known calls are skipped",
    request: PaidCalls,
    response: PaidCallsPosted,
    answer: (request) => postCalls(store, request, now()),
  });
  api.add("post /ledger/settle", {
    summary: "Post the accrued cost of runs; with all, also correct entries whose price changed",
    request: z.strictObject({
      all: z.boolean().default(false).describe("Also correct posted entries and those that had no price"),
    }),
    response: Settlement,
    answer: ({ all }) => settleDue(store, pricing, { all }),
  });
  api.add("get /ledger", {
    summary: "List ledger entries, newest first, by account, kind, run and day, with balances",
    request: LedgerQuery,
    response: LedgerPage,
    answer: (request) => ledgerPage(store, request),
  });
  api.add("post /ledger/verify", {
    summary: "Verify every entry, link and balance, and a head stored elsewhere",
    request: z.strictObject({
      head: LedgerHead.nullable().default(null).describe("Head stored elsewhere; default: none"),
    }),
    response: LedgerCheck,
    answer: ({ head }) => verifyLedger(store, head ?? undefined),
  });
}
