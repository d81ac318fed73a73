import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { AccountsView } from "../../domain/money-accounts.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  points: z.number().min(0).optional().describe("Evaluation points gained, as reported by eval compare"),
});

/** `tunewright ledger accounts`: shows plan, commitment, accrual and bill by activity. */
export default defineCommand({
  description:
    "Show plan, commitment, accrual and bill of each activity, the budget shape of the actual spend (rule: data 60-70 %, compute 5-15 %), and the cost per token, evaluation point and label.",
  args: [],
  options: Options,
  output: AccountsView,
  examples: ["ledger accounts", "ledger accounts --points 4.2"],
  run: async (io, { points }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { accountsView } = await import("../../programme/money/accounts-view.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { accountsText } = await import("../../programme/money/accounts-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.money },
      {
        local: async (store, programmes) => accountsView(store, await folderPricing(io, programmes), points ?? null),
        path: "/activities",
        query: { points },
        output: AccountsView,
      },
    );
    return {
      json: answer,
      text: () => accountsText(answer),
      next: commandLine(["ledger", "chargeback", isoDay(io.now()).slice(0, 7)]),
    };
  },
});
