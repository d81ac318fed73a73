import { basename, resolve } from "node:path";

import * as z from "zod";

import { BillImport } from "../../domain/bill.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: z.string().min(1).describe("Bill in FOCUS 1.0 to 1.2: CSV, also as .gz or .zst, or Parquet"),
  map: z
    .array(z.string())
    .default([])
    .describe(
      "For a bill that is not FOCUS: a FOCUS column from a column of the file, such as BilledCost=Amount, or from a fixed text, such as BillingCurrency:=EUR",
    ),
  replaces: z.string().optional().describe("Name or hash of the imported file that this one corrects"),
});

/** `tunewright ledger import`: imports a bill and matches it to runs; other lines get a class. */
export default defineCommand({
  description:
    "Import a cloud bill in FOCUS 1.0 to 1.2, or any table with --map. Each line is matched to a run (by tag, by machine and time, or by the rented product) or gets a class of leakage; the classes sum to the file's total to the last digit. Common errors are corrected and reported, with the FOCUS rules that the file violates. Importing the same file again changes nothing; a corrected file reverses the one that it replaces.",
  args: ["file"],
  options: Options,
  output: BillImport,
  examples: [
    "ledger import focus-2026-11.csv",
    "ledger import gpu-cloud.csv --map BilledCost=Amount --map ChargePeriodStart=Date --map ResourceId=Server",
    "ledger import focus-2026-11b.csv --replaces focus-2026-11.csv",
  ],
  run: async (io, { file, map, replaces }) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { billOfFile } = await import("../../programme/money/bills/upload-bill.ts");
    const { importBill } = await import("../../programme/money/bills/import-bill.ts");
    const { billText } = await import("../../programme/money/bills/bill-text.ts");
    const path = resolve(io.cwd, file);
    const bill = await billOfFile(path, map);
    const result = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store) => importBill(store, bill, { nowMs: io.now().getTime(), replaces }),
        path: `/bills/files/${encodeURIComponent(basename(path))}`,
        query: { map, replaces },
        file: path,
        output: BillImport,
        creates: true,
      },
    );
    return { json: result, text: () => billText(result), next: "tunewright ledger leaks" };
  },
});
