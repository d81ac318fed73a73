import * as z from "zod";

import { LedgerCheck, LedgerHead, LedgerPage } from "../../domain/ledger.ts";
import { BillImport, BudgetList, BudgetRequest, MoneyOverview } from "../../domain/money.ts";
import { Money } from "../../domain/source.ts";
import { verifyLedger } from "../../ledger/verify.ts";
import { budgetStates, release, reserve, setBudget } from "../../programme/money/budgets.ts";
import { importBill, parseBill } from "../../programme/money/import-bill.ts";
import { ledgerPage, moneyOverview } from "../../programme/money/overview.ts";
import type { RestApi } from "../rest-api.ts";

const Done = z.strictObject({ ok: z.literal(true).describe("It was written") });
const Nothing = z.strictObject({});

const PageRequest = z.strictObject({
  limit: z.int().min(1).max(1_000).default(50).describe("Most entries"),
  account: z.string().optional().describe("Entries of this account alone"),
});

const ReserveRequest = z.strictObject({
  runId: z.string().min(1).describe("Run that the money is for"),
  usd: Money.describe("What it may cost: the p90 of its plan"),
  experiment: z.string().nullable().default(null).describe("Experiment it belongs to"),
  tags: z
    .array(z.strictObject({ key: z.string(), value: z.string() }))
    .default([])
    .describe("Its tags: budgets of a team or a user go by them"),
});

const BillRequest = z.strictObject({
  name: z.string().min(1).describe("Name of the file"),
  contentBase64: z.string().describe("The file, in base64"),
});

/** Money: the overview, budgets and reservations, bills, the ledger and its check. */
export function addMoneyRoutes(api: RestApi): void {
  const { store, programmes, pricesOf, now } = api.context;
  const pricing = { programmes, pricesOf };
  api.add("get /money", {
    summary: "Where the money stands",
    request: Nothing,
    response: MoneyOverview,
    answer: () => moneyOverview(store, pricing, now()),
  });
  api.add("get /budgets", {
    summary: "Budgets that hold, with what is spent, held and left",
    request: Nothing,
    response: BudgetList,
    answer: async () => ({ budgets: await budgetStates(store, pricing, now()) }),
  });
  api.add("post /budgets", {
    summary: "Set a budget; one of the same scope and period is replaced",
    request: BudgetRequest,
    response: BudgetList,
    answer: async (request) => {
      await setBudget(store, request, now().getTime());
      return { budgets: await budgetStates(store, pricing, now()) };
    },
  });
  api.add("post /reservations", {
    summary: "Hold money for a run before it starts; 409 where a budget would be passed",
    request: ReserveRequest,
    response: Done,
    answer: async (request) => {
      await reserve(store, request, { pricing, now: now() });
      return { ok: true as const };
    },
  });
  api.add("delete /reservations/{runId}", {
    summary: "Give back what is held for a run",
    request: z.strictObject({ runId: z.string().describe("The run") }),
    response: Done,
    answer: async ({ runId }) => {
      await release(store, runId, now());
      return { ok: true as const };
    },
  });
  api.add("post /bills", {
    summary: "Import a bill in FOCUS 1.0 to 1.2; the same file again changes nothing",
    request: BillRequest,
    response: BillImport,
    answer: ({ name, contentBase64 }) =>
      importBill(store, parseBill(name, Buffer.from(contentBase64, "base64")), now().getTime()),
  });
  api.add("get /ledger", {
    summary: "Newest entries of the ledger, and all balances",
    request: PageRequest,
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
