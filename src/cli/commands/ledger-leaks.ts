import { LeakageQuery, LeakageReport } from "../../domain/bill.ts";
import { defineCommand } from "../command.ts";

/** `tunewright ledger leaks`: shows billed costs that no run accounts for. */
export default defineCommand({
  description:
    "Show billed cost that no finished run accounts for: by class with its share and the recommended action, and by machine and service. Also compare the estimate of each run with its bill.",
  args: [],
  options: LeakageQuery,
  output: LeakageReport,
  examples: ["ledger leaks", "ledger leaks --month 2026-11"],
  run: async (io, { month }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { leakageReport } = await import("../../programme/money/leakage.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { leakageText } = await import("../../programme/money/bills/bill-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.money },
      {
        local: async (store, programmes) => leakageReport(store, await folderPricing(io, programmes), month),
        path: "/leakage",
        query: { month },

        output: LeakageReport,
      },
    );
    return { json: answer, text: () => leakageText(answer), next: "tunewright ledger show" };
  },
});
