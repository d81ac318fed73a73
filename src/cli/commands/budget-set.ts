import * as z from "zod";

import { BudgetList, BudgetScope } from "../../domain/money.ts";
import { PositiveMoney } from "../../domain/source.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  capUsd: PositiveMoney.optional().describe(
    "Amount that must not be exceeded; default: the caps of the approved budget.json",
  ),
  scope: BudgetScope.default("programme"),
  key: z.string().default("").describe("Name, id, or `key=value` of the tag; empty for the programme"),
  period: z.enum(["total", "month"]).default("total").describe("Period: over all time, or per month"),
  setBy: z.string().optional().describe("Who set it; default: the approver of budget.json"),
});

/** `tunewright budget set`: sets caps for runs. */
export default defineCommand({
  description:
    "Set a budget. Without --cap-usd it uses the approved budget.json of this folder: the total cap and the cap of each activity, with its hash. A budget of the same scope and period is replaced; the earlier one stays on record.",
  args: [],
  options: Options,
  output: BudgetList,
  examples: [
    "budget set",
    "budget set --cap-usd 500 --scope experiment --key sft-demo --set-by finance",
    "budget set --cap-usd 2000 --scope tag --key team=legal --period month --set-by finance",
  ],
  run: async (io, options) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { budgetRequests, setBudgets } = await import("../../programme/money/set-budgets.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { budgetText } = await import("../../programme/money/money-text.ts");
    const requests = await budgetRequests(io.cwd, options);
    let list: BudgetList = { budgets: [] };
    for (const request of requests) {
      list = await answerFromState(
        { programmeDir: io.cwd, env: io.env, now: io.now },
        {
          local: async (store, programmes) =>
            setBudgets(store, request, { pricing: await folderPricing(io, programmes), now: io.now() }),
          path: "/budgets",
          body: request,
          output: BudgetList,
          creates: true,
        },
      );
    }
    return { json: list, text: () => budgetText(list), next: "tunewright budget show" };
  },
});
