import * as z from "zod";

import { LedgerCheck, LedgerHead, LedgerPage } from "../../domain/ledger.ts";
import { BillImport, MoneyOverview, Settlement, SpendEntered, SpendRequest } from "../../domain/money.ts";
import { verifyLedger } from "../../ledger/verify.ts";
import { enterSpend } from "../../programme/money/enter-spend.ts";
import { importBill, parseBill } from "../../programme/money/import-bill.ts";
import { ledgerPage, moneyOverview } from "../../programme/money/overview.ts";
import { settleAccruals } from "../../programme/money/settle-accruals.ts";
import type { RestApi } from "../rest-api.ts";

const Nothing = z.strictObject({});

const PageRequest = z.strictObject({
  limit: z.int().min(1).max(1_000).default(50).describe("Most entries"),
  account: z.string().optional().describe("Entries of this account alone"),
});

const BillRequest = z.strictObject({
  name: z.string().min(1).describe("Name of the file"),
  contentBase64: z.string().describe("The file, in base64"),
});

/** Money: the overview, bills, the ledger and its check. */
export function addMoneyRoutes(api: RestApi): void {
  const { store, programmes, pricesOf, now } = api.context;
  const pricing = { programmes, pricesOf, now };
  api.add("get /money", {
    summary: "Where the money stands",
    request: Nothing,
    response: MoneyOverview,
    answer: () => moneyOverview(store, pricing, now()),
  });
  api.add("post /bills", {
    summary: "Import a bill in FOCUS 1.0 to 1.2; the same file again changes nothing",
    request: BillRequest,
    response: BillImport,
    answer: ({ name, contentBase64 }) =>
      importBill(store, parseBill(name, Buffer.from(contentBase64, "base64")), now().getTime()),
  });
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
    answer: ({ all }) => settleAccruals(store, pricing, { all }),
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
