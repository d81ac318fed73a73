import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { BudgetList } from "../../domain/money.ts";
import { PositiveMoney } from "../../domain/source.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  run: z.string().min(1).max(64).describe("Run to reserve money for: its id, or the name under which it will start"),
  usd: PositiveMoney.optional().describe("Largest expected cost: the p90 of its plan"),
  experiment: z.string().optional().describe("Experiment of the run; decides which experiment budgets apply"),
  tag: z
    .array(z.string().regex(/^[^=]+=/))
    .default([])
    .describe("Tags as key=value; decide which team and user budgets apply"),
  release: z.boolean().default(false).describe("Release its reservation instead"),
});

/** `tunewright budget reserve`: reserves money for a run before it starts. */
export default defineCommand({
  description:
    "Reserve money for a run before it starts, in every budget that applies to it. The reservation is rejected if it would exceed a budget; the message states the remaining amount. Concurrent reservations never exceed a cap together. --release frees the money.",
  args: ["run"],
  options: Options,
  output: BudgetList,
  examples: ["budget reserve sft-7 --usd 120 --tag team=legal", "budget reserve sft-7 --release"],
  run: async (io, { run, usd, experiment, tag, release: isRelease }) => {
    if (isRelease === (usd !== undefined)) {
      throw new Failure("bad_input", "expected either an amount or --release", { hint: "add --usd 120" });
    }
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { releaseAndShow, reserveAndShow } = await import("../../programme/money/set-budgets.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { budgetText } = await import("../../programme/money/money-text.ts");
    const tags = tag.map((word) => ({
      key: word.slice(0, word.indexOf("=")),
      value: word.slice(word.indexOf("=") + 1),
    }));
    const request = { runId: run, usd: usd ?? "", experiment: experiment ?? null, tags };
    const list = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: async (store, programmes) => {
          const pricing = await folderPricing(io, programmes);
          return isRelease ? releaseAndShow(store, run, pricing) : reserveAndShow(store, request, pricing);
        },
        path: isRelease ? `/reservations/${encodeURIComponent(run)}/release` : "/reservations",
        body: isRelease ? {} : request,
        output: BudgetList,
        creates: true,
      },
    );
    return { json: list, text: () => budgetText(list), next: "tunewright budget show" };
  },
});
