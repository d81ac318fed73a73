import { resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { PriceCheck } from "../../domain/price-check.ts";
import { defineCommand } from "../command.ts";

/** `tunewright prices check [FILE]`: checks prices with the guards. */
export default defineCommand({
  description:
    "Run the guards over a price list: a price file of GPUs or API models, a contract, a gpuhunt or SkyPilot catalogue, a LiteLLM or OpenRouter list. Default: the price books of the folder. Exits with code 5 if a row fails a guard.",
  args: ["file"],
  options: z.strictObject({
    file: z.string().min(1).optional().describe("File to check; default: the catalogue, prices.csv and api-prices.csv"),
  }),
  output: PriceCheck,
  examples: ["prices check", "prices check vms.csv", "prices check api-prices.csv"],
  run: async (io, { file }) => {
    const [{ checkBook, checkPriceFile }, { priceCheckText }, { readPriceBook }, { readApiPriceBook }, { readText }] =
      await Promise.all([
        import("../../programme/prices/price-check.ts"),
        import("../../programme/prices/price-check-text.ts"),
        import("../../programme/prices/price-book.ts"),
        import("../../programme/prices/api-price-book.ts"),
        import("../../base/read-text.ts"),
      ]);
    const ofFolder = async (): Promise<PriceCheck> => {
      const [book, api] = [await readPriceBook(io.cwd), await readApiPriceBook(io.cwd)];
      const own = [book.path, api.file].filter((path) => path !== null);
      return checkBook(book, api, own.length > 0 ? own.join(" and ") : "the catalogue");
    };
    const check =
      file === undefined
        ? await ofFolder()
        : checkPriceFile(await readText(resolve(io.cwd, file), { shown: file }), file, isoDay(io.now()));
    return {
      json: check,
      text: () => priceCheckText(check),
      ...(check.unexpected > 0
        ? {
            failed:
              check.unexpected === 1
                ? "1 row or price fails a guard"
                : `${check.unexpected} rows or prices fail a guard`,
            next: "correct these rows at their source, then check again",
          }
        : { next: "tunewright prices list" }),
    };
  },
});
