import * as z from "zod";

import { CloseRequest, ClosedPeriod } from "../../domain/ledger.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({ ...CloseRequest.shape });

/** `tunewright ledger close`: closes a month. */
export default defineCommand({
  description:
    "Close a month: runs are posted up to its end, silent runs go into suspense, and the size and root of the ledger are recorded. Later entries, such as a bill, take effect in the first open month and are marked as such. Keep the head in a separate place.",
  args: ["period"],
  options: Options,
  output: ClosedPeriod,
  examples: ["ledger close 2026-10 --by finance"],
  run: async (io, request) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { closePeriod } = await import("../../programme/money/close-period.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { closedText } = await import("../../programme/money/accounts-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: async (store, programmes) => closePeriod(store, request, await folderPricing(io, programmes)),
        path: "/ledger/periods",
        body: request,
        isLong: true,
        creates: true,
        output: ClosedPeriod,
      },
    );
    return { json: answer, text: () => closedText(answer), next: "tunewright ledger head" };
  },
});
