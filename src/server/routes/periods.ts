import * as z from "zod";

import { ClosedPeriod, CloseRequest, LedgerHead, LedgerProof, Month } from "../../domain/ledger.ts";
import { AccountsView, Chargeback, MonthPack } from "../../domain/money-accounts.ts";
import { accountsView } from "../../programme/money/accounts-view.ts";
import { chargeback } from "../../programme/money/chargeback.ts";
import { closePeriod } from "../../programme/money/close-period.ts";
import { ledgerHead } from "../../programme/money/keep-head.ts";
import { monthPack } from "../../programme/money/month-pack.ts";
import { proveLedger } from "../../programme/money/prove.ts";
import { engineerOf } from "../access/engineer-of.ts";
import { signedBy } from "../access/signed-by.ts";
import type { RestApi } from "../rest-api.ts";

const MonthQuery = z.strictObject({
  month: Month.describe("Month, as 2026-11"),
  tag: z.string().min(1).max(250).default("team").describe("Run tag with the team"),
});

const ProofQuery = z.strictObject({
  seq: z.int().min(1).optional().describe("Entry to prove"),
  fromSize: z.int().min(1).optional().describe("Size of the earlier tree, in entries"),
  size: z.int().min(1).optional().describe("Size of the tree, in entries; default: all"),
});

/** Accounts, months and their closing, heads and proofs. */
export function addPeriodRoutes(api: RestApi): void {
  const { store, programmes, pricesOf, now } = api.context;
  const pricing = { programmes, pricesOf, now };
  api.add("get /activities", {
    summary: "Show plan, commitment, accrual and bill by activity, and unit costs",
    request: z.strictObject({ points: z.number().min(0).optional().describe("Evaluation points gained") }),
    response: AccountsView,
    answer: ({ points }, c) => accountsView(store, { ...pricing, engineer: engineerOf(c) }, points ?? null),
  });
  api.add("get /chargeback", {
    summary: "Show the costs of a month by team",
    request: MonthQuery,
    response: Chargeback,
    answer: (query) => chargeback(store, pricing, query),
  });
  api.add("get /month-pack", {
    summary: "Write the month-end pack for finance",
    request: MonthQuery,
    response: MonthPack,
    answer: (query, c) => monthPack(store, { ...pricing, engineer: engineerOf(c) }, query),
  });
  api.add("post /ledger/periods", {
    summary: "Close a month and record the size and root of the ledger",
    request: CloseRequest,
    response: ClosedPeriod,
    answer: (request, c) => closePeriod(store, { ...request, by: signedBy(c, request.by) }, pricing),
  });
  api.add("get /ledger/head", {
    summary: "Show the head of the ledger, to be stored elsewhere",
    request: z.strictObject({}),
    response: LedgerHead,
    answer: () => ledgerHead(store),
  });
  api.add("get /ledger/proof", {
    summary: "Show the proof that the ledger contains an entry, or extends an earlier ledger",
    request: ProofQuery,
    response: LedgerProof,
    answer: (question) => proveLedger(store, question),
  });
}
