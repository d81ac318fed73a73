import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Month } from "../../domain/ledger.ts";
import { Chargeback } from "../../domain/money-accounts.ts";
import { defineCommand } from "../command.ts";
import { writeOutput } from "../write-output.ts";

const Options = z.strictObject({
  month: Month.describe("Month, such as 2026-11"),
  tag: z.string().min(1).max(250).default("team").describe("Tag of runs with the team"),
  out: z.string().optional().describe("CSV file to write"),
});

/** `tunewright ledger chargeback`: shows costs of a month by team. */
export default defineCommand({
  description:
    "Show the costs of a month by team: the time of each run within the month, and the bills that end in it. --out writes them as CSV.",
  args: ["month"],
  options: Options,
  output: Chargeback,
  examples: ["ledger chargeback 2026-11", "ledger chargeback 2026-11 --tag mlflow.user --out charges.csv"],
  run: async (io, { out, ...request }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { chargeback } = await import("../../programme/money/chargeback.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { chargebackText } = await import("../../programme/money/accounts-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.money },
      {
        local: async (store, programmes) => chargeback(store, await folderPricing(io, programmes), request),
        path: "/chargeback",
        query: request,
        output: Chargeback,
      },
    );
    if (out !== undefined) await writeOutput(io, out, answer.csv);
    return { json: answer, text: () => chargebackText(answer), next: commandLine(["ledger", "month", request.month]) };
  },
});
