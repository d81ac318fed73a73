import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { SellerClass, Term } from "../../domain/price.ts";
import { Day } from "../../domain/source.ts";
import { ApiPriceList, PriceList } from "../../domain/price-list.ts";
import { defineCommand } from "../command.ts";

/** `tunewright prices list`: what a GPU-hour, or an API token, costs on a day. */
export default defineCommand({
  description:
    "Lists the prices of GPUs in force on a day, per GPU-hour and per million trained tokens, and what estimates make of them. Rows of prices.csv in the folder count too.",
  args: [],
  options: z.strictObject({
    gpu: z.string().min(1).optional().describe("GPU, or a model such as H100 for all its forms; all where left out"),
    term: Term.optional().describe("How the capacity is bought"),
    sellerClass: SellerClass.optional().describe("Class of seller"),
    on: Day.optional().describe("Day, YYYY-MM-DD; today where left out"),
    api: z.boolean().default(false).describe("List API models per million tokens instead of GPUs"),
  }),
  output: z.union([PriceList, ApiPriceList]).describe("of GPUs; of API models with `--api`"),
  examples: [
    "prices list --gpu H100 --term spot --on 2026-05-15",
    "prices list --gpu A100 --seller-class neocloud",
    "prices list --api",
  ],
  run: async (io, { gpu, term, sellerClass, on = isoDay(io.now()), api }) => {
    if (api) {
      const [{ apiPricesOn }, { apiPricesText }] = await Promise.all([
        import("../../catalog/api-prices.ts"),
        import("../../catalog/api-prices-text.ts"),
      ]);
      const prices = apiPricesOn(on);
      return {
        json: { on, prices },
        text: () => apiPricesText(prices, on),
        next: "tunewright prices show openai/gpt-4o",
      };
    }
    const [{ readPriceBook }, { priceList }, { priceListText }] = await Promise.all([
      import("../../programme/price-book.ts"),
      import("../../programme/price-list.ts"),
      import("../../programme/price-list-text.ts"),
    ]);
    const list = priceList({ gpu, term, sellerClass, on }, await readPriceBook(io.cwd));
    return {
      json: list,
      text: () => priceListText(list),
      next: commandLine(["prices", "show", gpu ?? "H100"]),
    };
  },
});
