import * as z from "zod";

import { ClosedPeriod, CloseRequest, LedgerHead, LedgerProof, Month } from "../../domain/ledger.ts";
import { AccountsView, Chargeback, MonthPack } from "../../domain/money-accounts.ts";
import { accountsView } from "../../programme/money/accounts-view.ts";
import { chargeback } from "../../programme/money/chargeback.ts";
import { closePeriod } from "../../programme/money/close-period.ts";
import { ledgerHead } from "../../programme/money/ledger-head.ts";
import { monthPack } from "../../programme/money/month-pack.ts";
import { proveLedger } from "../../programme/money/prove.ts";
import { signedBy } from "../access/signed-by.ts";
import type { RestApi } from "../rest-api.ts";

const MonthQuery = z.strictObject({
  month: Month.describe("Month, as 2026-11"),
  tag: z.string().min(1).max(250).default("team").describe("Tag of runs that teams go by"),
});

const ProofQuery = z.strictObject({
  seq: z.int().min(1).optional().describe("Entry to prove"),
  fromSize: z.int().min(1).optional().describe("Entries of an earlier tree"),
  size: z.int().min(1).optional().describe("Entries of the tree; default: all"),
});

/** Accounts, months and their closing, heads and proofs. */
export function addPeriodRoutes(api: RestApi): void {
  const { store, programmes, pricesOf, now } = api.context;
  const pricing = { programmes, pricesOf, now };
  api.add("get /activities", {
    summary: "Plan, commitment, accrual and bill of each activity, and what a unit has cost",
    request: z.strictObject({ points: z.number().min(0).optional().describe("Points of evaluation that were gained") }),
    response: AccountsView,
    answer: ({ points }) => accountsView(store, pricing, points ?? null),
  });
  api.add("get /chargeback", {
    summary: "Costs of a month by team",
    request: MonthQuery,
    response: Chargeback,
    answer: (query) => chargeback(store, pricing, query),
  });
  api.add("get /month-pack", {
    summary: "All that finance needs of a month, as files",
    request: MonthQuery,
    response: MonthPack,
    answer: (query) => monthPack(store, pricing, query),
  });
  api.add("post /ledger/periods", {
    summary: "Close a month: size and root of the ledger are recorded",
    request: CloseRequest,
    response: ClosedPeriod,
    answer: (request, c) => closePeriod(store, { ...request, by: signedBy(c, request.by) }, pricing),
  });
  api.add("get /ledger/head", {
    summary: "Head of the ledger, to be kept elsewhere",
    request: z.strictObject({}),
    response: LedgerHead,
    answer: () => ledgerHead(store),
  });
  api.add("get /ledger/proof", {
    summary: "Proof that an entry is in the ledger, or that it begins with an earlier one",
    request: ProofQuery,
    response: LedgerProof,
    answer: (question) => proveLedger(store, question),
  });
}
