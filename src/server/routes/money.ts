import * as z from "zod";

import { LedgerCheck, LedgerHead, LedgerPage, LedgerQuery } from "../../domain/ledger.ts";
import { MoneyOverview, Settlement, SpendEntered, SpendRequest } from "../../domain/money.ts";
import { verifyLedger } from "../../ledger/verify.ts";
import { ownBudgets } from "../../programme/money/budget-state.ts";
import { enterSpend } from "../../programme/money/enter-spend.ts";
import { ledgerPage } from "../../programme/money/ledger-page.ts";
import { moneyOverview } from "../../programme/money/overview.ts";
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
    summary: "Where the money stands",
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
    summary: "Enter hours of people or a fixed cost; with a reference it is entered once",
    request: SpendRequest,
    response: SpendEntered,
    answer: (request) => enterSpend(store, request, now()),
  });
  api.add("post /ledger/settle", {
    summary: "Post what runs have accrued; all: also correct what was posted at another price",
    request: z.strictObject({ all: z.boolean().default(false).describe("Also what was posted or had no price") }),
    response: Settlement,
    answer: ({ all }) => settleDue(store, pricing, { all }),
  });
  api.add("get /ledger", {
    summary: "Newest entries of the ledger, by account, kind, run and day, and balances",
    request: LedgerQuery,
    response: LedgerPage,
    answer: (request) => ledgerPage(store, request),
  });
  api.add("post /ledger/verify", {
    summary: "Check every entry, link and balance, and a head that was kept elsewhere",
    request: z.strictObject({
      head: LedgerHead.nullable().default(null).describe("Head that was kept; null for none"),
    }),
    response: LedgerCheck,
    answer: ({ head }) => verifyLedger(store, head ?? undefined),
  });
}
