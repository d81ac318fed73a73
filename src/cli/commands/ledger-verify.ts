import { resolve } from "node:path";

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
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { readHead } = await import("../../programme/money/read-head.ts");
    const { verifyLedger } = await import("../../ledger/verify.ts");
    const { ledgerCheckText } = await import("../../programme/money/money-text.ts");
    const head = file === undefined ? null : await readHead(resolve(io.cwd, file));
    const check = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store) => verifyLedger(store, head ?? undefined),
        path: "/ledger/verify",
        body: { head },
        output: LedgerCheck,
      },
    );
    return {
      json: check,
      text: () => ledgerCheckText(check),
      next: "tunewright ledger show",
      ...(check.isIntact ? {} : { failed: `the ledger is not intact: ${check.findings[0]!.text}` }),
    };
  },
});
