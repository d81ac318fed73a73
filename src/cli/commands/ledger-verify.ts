import * as z from "zod";

import { LedgerCheck } from "../../domain/ledger.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  head: z.string().optional().describe("File with an earlier head, as printed by head or verify --json; or git:TAG"),
});

/** `tunewright ledger verify`: checks that the ledger is unchanged. */
export default defineCommand({
  description:
    "Check the ledger: every hash and link, numbers without gaps, debits equal to credits, balances equal to the sums of their lines. Exits with code 5 and names the entry if anything is wrong. Store the JSON of a check elsewhere: only such a head reveals a truncated or rewritten ledger.",
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
