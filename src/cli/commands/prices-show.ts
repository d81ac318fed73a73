import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { PriceHistory } from "../../domain/price-history.ts";
import { defineCommand } from "../command.ts";

/** `tunewright prices show NAME`: lists all rows of one GPU or API model with their sources. */
export default defineCommand({
  description:
    "Show every known price of a GPU or an API model, including past, undated and quarantined ones, each with its source; for an API model also tiers, cache, batch and training prices. Includes prices.csv and api-prices.csv of the folder.",
  args: ["name"],
  options: z.strictObject({
    name: z
      .string()
      .min(1)
      .describe("GPU, a model such as H100 for all its form factors, or an API model such as openai/gpt-4o"),
  }),
  output: PriceHistory,
  examples: ["prices show H100", "prices show openai/gpt-4o", "prices show openai/ft:gpt-4.1-mini"],
  run: async (io, { name }) => {
    const [{ readPriceBook }, { readApiPriceBook }, { priceHistory }, { priceHistoryText }] = await Promise.all([
      import("../../programme/prices/price-book.ts"),
      import("../../programme/prices/api-price-book.ts"),
      import("../../programme/prices/price-history.ts"),
      import("../../programme/prices/price-history-text.ts"),
    ]);
    const [book, api] = [await readPriceBook(io.cwd), await readApiPriceBook(io.cwd)];
    const history = priceHistory(name, { book, api, on: isoDay(io.now()) });
    return {
      json: history,
      text: () => priceHistoryText(history),
      next: history.kind === "api" ? "tunewright prices list --api" : "tunewright prices list",
    };
  },
});
