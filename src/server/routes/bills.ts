import * as z from "zod";

import {
  BillFileUpload,
  BillImport,
  BillUpload,
  CurrencyRate,
  CurrencyRates,
  FocusExport,
  InvoiceRequest,
  LeakageQuery,
  LeakageReport,
  MatchedLine,
  MatchRequest,
} from "../../domain/bill.ts";
import { BillFiles, BillLines, BillLinesQuery } from "../../domain/bill-lines.ts";
import { invoiceBill } from "../../programme/money/bills/bill-file.ts";
import { billFiles, billLines } from "../../programme/money/bills/bill-lines.ts";
import { listRates, setRate } from "../../programme/money/currency.ts";
import { exportFocus } from "../../programme/money/export-focus.ts";
import { importBill } from "../../programme/money/bills/import-bill.ts";
import { leakageReport } from "../../programme/money/leakage.ts";
import { matchLine } from "../../programme/money/bills/match-line.ts";
import { uploadBill, uploadBillFile } from "../../programme/money/bills/upload-bill.ts";
import { signedBy } from "../access/signed-by.ts";
import type { RestApi } from "../rest-api.ts";

const InvoiceUpload = z.strictObject({
  ...InvoiceRequest.shape,
  replaces: z.string().optional().describe("Name of the invoice to correct"),
});

/** Bills and invoices, their matching, the leakage report, exchange rates, and costs as FOCUS. */
export function addBillRoutes(api: RestApi): void {
  const { store, programmes, pricesOf, now } = api.context;
  const pricing = { programmes, pricesOf, now };
  api.add("get /bills", {
    summary: "List imported bills, newest first",
    request: z.strictObject({}),
    response: BillFiles,
    answer: () => billFiles(store),
  });
  api.add("get /bills/lines", {
    summary: "List the lines of current bills by file, class, run or machine, most expensive first",
    request: BillLinesQuery,
    response: BillLines,
    answer: (query) => billLines(store, query),
  });
  api.add("post /bills", {
    summary: "Import a bill in FOCUS 1.0 to 1.2, or a table with a mapping; importing a file twice changes nothing",
    request: BillUpload,
    response: BillImport,
    answer: (upload) => uploadBill(store, upload, now().getTime()),
  });
  api.add("put /bills/files/{name}", {
    summary: "Import a bill whose bytes are the body: the way for large files",
    request: BillFileUpload,
    response: BillImport,
    answer: (upload, c) =>
      uploadBillFile(store, { ...upload, content: c.req.raw.body ?? new Blob([]).stream() }, now().getTime()),
  });
  api.add("post /bills/invoices", {
    summary: "Enter an invoice by hand",
    request: InvoiceUpload,
    response: BillImport,
    answer: ({ replaces, ...invoice }) => importBill(store, invoiceBill(invoice), { nowMs: now().getTime(), replaces }),
  });
  api.add("post /bills/matches", {
    summary: "Assign a bill line to another class",
    request: MatchRequest,
    response: MatchedLine,
    answer: (request, c) => matchLine(store, { ...request, by: signedBy(c, request.by) }, now().getTime()),
  });
  api.add("get /leakage", {
    summary: "Show billed cost that no run accounts for, and the estimate against the bill for each run",
    request: LeakageQuery,
    response: LeakageReport,
    answer: ({ month }) => leakageReport(store, pricing, month),
  });
  api.add("get /currencies", {
    summary: "List the stored exchange rates",
    request: z.strictObject({}),
    response: CurrencyRates,
    answer: () => listRates(store.db),
  });
  api.add("post /currencies", {
    summary: "Store the exchange rate of a currency from a given day",
    request: CurrencyRate,
    response: CurrencyRates,
    answer: (rate) => setRate(store, rate, now().getTime()),
  });
  api.add("get /ledger/focus", {
    summary: "Export the costs of the ledger as FOCUS 1.2",
    request: z.strictObject({ month: z.string().optional().describe("Month, as 2026-11; default: all") }),
    response: FocusExport,
    answer: ({ month }) => exportFocus(store, { month, programme: programmes[0] ?? "" }),
  });
}
