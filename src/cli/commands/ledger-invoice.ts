import * as z from "zod";

import { BillImport, InvoiceRequest } from "../../domain/bill.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  ...InvoiceRequest.shape,
  replaces: z.string().optional().describe("Name of the invoice to correct, such as `invoice INV-7 of hosting`"),
});

/** `tunewright ledger invoice`: enters an invoice by hand. */
export default defineCommand({
  description:
    "Enter an invoice by hand, for a seller that offers no file. It is matched and posted as a line of a bill: by --run, or by --resource and its time. The number and the seller identify it; entering it again writes nothing.",
  args: [],
  options: Options,
  output: BillImport,
  examples: [
    "ledger invoice --number INV-7 --seller hosting --usd 1240.50 --from 2026-11-01 --to 2026-12-01 --resource node-1",
  ],
  run: async (io, { replaces, ...invoice }) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { invoiceBill } = await import("../../programme/money/bills/bill-file.ts");
    const { importBill } = await import("../../programme/money/bills/import-bill.ts");
    const { billText } = await import("../../programme/money/bills/bill-text.ts");
    const result = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store) => importBill(store, invoiceBill(invoice), { nowMs: io.now().getTime(), replaces }),
        path: "/bills/invoices",
        body: { ...invoice, replaces },
        output: BillImport,
        creates: true,
      },
    );
    return { json: result, text: () => billText(result), next: "tunewright ledger leaks" };
  },
});
