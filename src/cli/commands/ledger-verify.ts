import * as z from "zod";

import { LedgerCheck } from "../../domain/ledger.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  head: z.string().optional().describe("File with a head that was kept: what verify printed earlier with --json"),
});

/** `tunewright ledger verify`: is the ledger what was written? */
export default defineCommand({
  description:
    "Check the ledger: every hash and link, numbers without gaps, debits equal to credits, balances that are the sums of their lines. Exit code 5 where anything is wrong, with the entry named. Keep the JSON of a check elsewhere: only against such a head does a cut tail or a rewritten ledger show.",
  args: [],
  options: Options,
  output: LedgerCheck,
  examples: ["ledger verify", "ledger verify --json > head.json", "ledger verify --head head.json"],
  run: async (io, { head: file }) => {
    const { checkLedger } = await import("../../programme/money/check-ledger.ts");
    const { ledgerCheckText } = await import("../../programme/money/money-text.ts");
    const check = await checkLedger(io, file);
    return {
      json: check,
      text: () => ledgerCheckText(check),
      next: "tunewright ledger show",
      ...(check.isIntact ? {} : { failed: `the ledger is not intact: ${check.findings[0]!.text}` }),
    };
  },
});
