import * as z from "zod";

import { SpendEntered, SpendRequest } from "../../domain/money.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({ ...SpendRequest.shape });

/** `tunewright ledger add`: enters hours of people, or a fixed cost. */
export default defineCommand({
  description:
    "Post working hours or a fixed cost for an activity of the programme. Give an amount, or hours and their price. With --reference, such as the number of an invoice or a time sheet, repeating the command posts it only once.",
  args: [],
  options: Options,
  output: SpendEntered,
  examples: [
    "ledger add --activity data --hours 12.5 --usd-per-hour 80 --memo 'guideline and review' --payee Ada",
    "ledger add --activity training --usd 240 --memo 'storage of November' --payee hosting --reference INV-7",
  ],
  run: async (io, request) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { enterSpend } = await import("../../programme/money/enter-spend.ts");
    const { spendText } = await import("../../programme/money/money-text.ts");
    const done = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store) => enterSpend(store, request, io.now()),
        path: "/ledger/spend",
        body: request,
        output: SpendEntered,
        creates: true,
      },
    );
    return { json: done, text: () => spendText(done), next: "tunewright budget show" };
  },
});
