import { resolve } from "node:path";

import * as z from "zod";

import { Month } from "../../domain/ledger.ts";
import { MonthPack } from "../../domain/money-accounts.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  month: Month.describe("Month, such as 2026-11"),
  tag: z.string().min(1).max(250).default("team").describe("Tag of runs with the team"),
  out: z.string().default("month-end").describe("Folder to write to"),
});

/** `tunewright ledger month`: writes the month-end files for finance. */
export default defineCommand({
  description:
    "Write the month-end pack: a page, charges by team and costs as FOCUS in CSV, the head of the ledger, and all of it as JSON, with the result of the ledger check.",
  args: ["month"],
  options: Options,
  output: MonthPack,
  examples: ["ledger month 2026-11", "ledger month 2026-11 --out finance/2026-11"],
  run: async (io, { out, ...request }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { monthPack } = await import("../../programme/money/month-pack.ts");
    const { writePack } = await import("../../programme/money/keep-head.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { monthText } = await import("../../programme/money/accounts-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.money },
      {
        local: async (store, programmes) => monthPack(store, await folderPricing(io, programmes), request),
        path: "/month-pack",
        query: request,
        isLong: true,
        output: MonthPack,
      },
    );
    await writePack(resolve(io.cwd, out), answer);
    return {
      json: answer,
      text: () => monthText(answer),
      next: answer.isClosed ? "tunewright ledger head" : `tunewright ledger close ${answer.month} --by NAME`,
    };
  },
});
