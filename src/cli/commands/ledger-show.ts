import * as z from "zod";

import { LedgerPage } from "../../domain/ledger.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  limit: z.int().min(1).max(1_000).default(50).describe("Most entries"),
  account: z.string().optional().describe("Entries of this account alone, as in `leak:no-run`"),
});

/** `tunewright ledger show`: the newest entries, and all balances. */
export default defineCommand({
  description:
    "Show the newest entries of the cost ledger and the balances of all accounts. Entries are never changed: a correction is an entry of its own.",
  args: [],
  options: Options,
  output: LedgerPage,
  examples: ["ledger show", "ledger show --account leak:no-run --json"],
  run: async (io, options) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { ledgerPage } = await import("../../programme/money/overview.ts");
    const { ledgerText } = await import("../../programme/money/money-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      { local: (store) => ledgerPage(store, options), path: "/ledger", query: options, output: LedgerPage },
    );
    return { json: answer, text: () => ledgerText(answer), next: "tunewright ledger verify" };
  },
});
