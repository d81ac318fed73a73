import { basename, resolve } from "node:path";

import * as z from "zod";

import { BillImport } from "../../domain/money.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: z.string().min(1).describe("Bill in FOCUS 1.0 to 1.2: CSV, also compressed by gzip"),
});

/** `tunewright ledger import`: a bill, matched to runs; the rest by class. */
export default defineCommand({
  description:
    "Import a cloud bill in FOCUS 1.0 to 1.2. Each line is matched to a run (by tag, or by machine and time) or ends in one class of leakage; the classes sum to the file to the last digit. What real files get wrong is repaired and reported. The same file again changes nothing.",
  args: ["file"],
  options: Options,
  output: BillImport,
  examples: ["ledger import focus-2026-11.csv"],
  run: async (io, { file }) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { billBytes, importBill, parseBill } = await import("../../programme/money/import-bill.ts");
    const { billText } = await import("../../programme/money/money-text.ts");
    const bytes = await billBytes(resolve(io.cwd, file));
    const name = basename(file);
    const bill = parseBill(name, bytes);
    const result = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store) => importBill(store, bill, io.now().getTime()),
        path: "/bills",
        body: { name, contentBase64: bytes.toString("base64") },
        output: BillImport,
        creates: true,
      },
    );
    return { json: result, text: () => billText(result), next: "tunewright ledger show" };
  },
});
