import * as z from "zod";

import { CurrencyRate, CurrencyRates } from "../../domain/bill.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({ ...CurrencyRate.shape });

/** `tunewright ledger rate`: stores an exchange rate. */
export default defineCommand({
  description:
    "Store the value of one unit of a currency in US dollars from a day on, with its source. Bills in a currency without a rate are in no total and are listed separately; amounts in different currencies are never added without a rate.",
  args: [],
  options: Options,
  output: CurrencyRates,
  examples: ["ledger rate --currency EUR --usd 1.0854 --day 2026-11-01 --source ECB"],
  run: async (io, request) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { setRate } = await import("../../programme/money/currency.ts");
    const { ratesText } = await import("../../programme/money/bills/bill-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store) => setRate(store, request, io.now().getTime()),
        path: "/currencies",
        body: request,
        output: CurrencyRates,
        creates: true,
      },
    );
    return { json: answer, text: () => ratesText(answer), next: "tunewright ledger leaks" };
  },
});
