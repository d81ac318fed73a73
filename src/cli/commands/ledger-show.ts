import { LedgerPage, LedgerQuery } from "../../domain/ledger.ts";
import { defineCommand } from "../command.ts";

/** `tunewright ledger show`: shows the newest entries and balances. */
export default defineCommand({
  description:
    "Show the newest entries of the cost ledger and the balances of its accounts, at most 200. Entries are never changed: a correction is a separate entry.",
  args: [],
  options: LedgerQuery,
  output: LedgerPage,
  examples: ["ledger show", "ledger show --account leak: --kind bill --json"],
  run: async (io, options) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { ledgerPage } = await import("../../programme/money/ledger-page.ts");
    const { ledgerText } = await import("../../programme/money/money-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.money },
      { local: (store) => ledgerPage(store, options), path: "/ledger", query: options, output: LedgerPage },
    );
    return { json: answer, text: () => ledgerText(answer), next: "tunewright ledger verify" };
  },
});
