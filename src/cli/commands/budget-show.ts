import * as z from "zod";

import { BudgetList } from "../../domain/money.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({});

/** `tunewright budget show`: shows what is left of each budget. */
export default defineCommand({
  description:
    "Show every budget in force: the spend of runs and entries, the reservations for runs that have not ended, and the remaining amount.",
  args: [],
  options: Options,
  output: BudgetList,
  examples: ["budget show", "budget show --json"],
  run: async (io) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { budgetStates } = await import("../../programme/money/budget-state.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { budgetText } = await import("../../programme/money/money-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: async (store, programmes) => ({
          budgets: await budgetStates(store, await folderPricing(io, programmes), io.now()),
        }),
        path: "/budgets",
        output: BudgetList,
      },
    );
    return { json: answer, text: () => budgetText(answer), next: "tunewright runs list --order cost" };
  },
});
