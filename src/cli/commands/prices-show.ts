import * as z from "zod";

import { PriceHistory } from "../../domain/price-history.ts";
import { defineCommand } from "../command.ts";

/** `tunewright prices show NAME`: every row of one GPU or API model with its source. */
export default defineCommand({
  description:
    "Shows every price of a GPU or an API model that is known, past, undated and quarantined ones too, each with its source.",
  args: ["name"],
  options: z.strictObject({
    name: z
      .string()
      .min(1)
      .describe("GPU, a model such as H100 for all its forms, or an API model such as openai/gpt-4o"),
  }),
  output: PriceHistory,
  examples: ["prices show H100", "prices show openai/gpt-4o"],
  run: async (io, { name }) => {
    const [{ readPriceBook }, { priceHistory }, { priceHistoryText }] = await Promise.all([
      import("../../programme/price-book.ts"),
      import("../../programme/price-history.ts"),
      import("../../programme/price-history-text.ts"),
    ]);
    const history = priceHistory(name, await readPriceBook(io.cwd));
    return { json: history, text: () => priceHistoryText(history), next: "tunewright prices list" };
  },
});
