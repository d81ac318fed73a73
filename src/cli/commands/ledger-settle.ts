import * as z from "zod";

import { Settlement } from "../../domain/money.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  all: z
    .boolean()
    .default(false)
    .describe("Also correct earlier postings and missing prices, by reversal and a new entry"),
});

/** `tunewright ledger settle`: posts the accrued cost of runs. */
export default defineCommand({
  description:
    "Post the accrued cost of runs to the ledger: at the end of an interval, at a price change and at a month end. A server does so every few seconds. With --all, a run whose price was corrected is reversed and posted again. Repeating the command writes nothing.",
  args: [],
  options: Options,
  output: Settlement,
  examples: ["ledger settle", "ledger settle --all"],
  run: async (io, { all }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { settleDue } = await import("../../programme/money/settle-calls.ts");
    const { settlementText } = await import("../../programme/money/money-text.ts");
    const done = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.money },
      {
        local: async (store, programmes) => settleDue(store, await folderPricing(io, programmes), { all }),
        path: "/ledger/settle",
        body: { all },
        isLong: true,
        output: Settlement,
      },
    );
    return { json: done, text: () => settlementText(done), next: "tunewright ledger show" };
  },
});
