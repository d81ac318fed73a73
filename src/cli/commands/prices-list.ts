import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { ApiSellerClass, SellerClass, Term } from "../../domain/price.ts";
import { Day } from "../../domain/source.ts";
import { ApiPriceList, PriceList } from "../../domain/price-list.ts";
import { type Answer, defineCommand } from "../command.ts";

/** `tunewright prices list`: lists prices of GPU-hours or API tokens on a day. */
export default defineCommand({
  description:
    "List the GPU prices in force on a day, per GPU-hour and per million trained tokens, and the ranges that estimates use. Includes prices.csv of the folder.",
  args: [],
  options: z.strictObject({
    gpu: z.string().min(1).optional().describe("GPU, or a model such as H100 for all its form factors; default: all"),
    term: Term.optional().describe("Term"),
    sellerClass: SellerClass.optional().describe("Seller class"),
    on: Day.optional().describe("Day, YYYY-MM-DD; default: today"),
    api: z.boolean().default(false).describe("List API models per million tokens instead of GPUs"),
    model: z.string().min(1).optional().describe("With --api: models whose name contains this"),
    apiClass: ApiSellerClass.optional().describe("With --api: seller class"),
  }),
  output: z.union([PriceList, ApiPriceList]).describe("of GPUs; of API models with `--api`"),
  examples: [
    "prices list --gpu H100 --term spot --on 2026-05-15",
    "prices list --gpu A100 --seller-class neocloud",
    "prices list --api --model gpt-4o",
    "prices list --api --api-class open-weight-host",
  ],
  run: async (io, { gpu, term, sellerClass, on = isoDay(io.now()), api, model, apiClass }) => {
    if (api) return apiAnswer(io.cwd, { on, model, apiClass });
    if (model !== undefined || apiClass !== undefined) {
      throw new Failure("bad_input", "--model and --api-class choose among API models", { hint: "add --api" });
    }
    const [{ readPriceBook }, { priceList }, { priceListText }] = await Promise.all([
      import("../../programme/prices/price-book.ts"),
      import("../../programme/prices/price-list.ts"),
      import("../../programme/prices/price-list-text.ts"),
    ]);
    const list = priceList({ gpu, term, sellerClass, on }, await readPriceBook(io.cwd));
    return {
      json: list,
      text: () => priceListText(list),
      next: commandLine(["prices", "show", gpu ?? "H100"]),
    };
  },
});

/** API prices in force on a day. */
async function apiAnswer(
  cwd: string,
  query: { on: string; model: string | undefined; apiClass: ApiSellerClass | undefined },
): Promise<Answer<ApiPriceList>> {
  const { listApiPrices } = await import("../../programme/prices/list-api-prices.ts");
  const { listedApiPricesText } = await import("../../programme/prices/listed-api-prices-text.ts");
  const listed = await listApiPrices(cwd, query);
  return {
    json: listed.list,
    text: () => listedApiPricesText(listed),
    next: commandLine(["prices", "show", listed.list.prices[0]?.model ?? "openai/gpt-4o"]),
  };
}
