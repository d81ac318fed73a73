import * as z from "zod";

import { ApiPriceImport, PriceImport } from "../../domain/price-import.ts";
import { PriceImportRequest } from "../../domain/price-import-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright prices import FILE`: imports a price list into the folder's prices.csv. */
export default defineCommand({
  description:
    "Import a price list into the folder's own prices, which prices and plans then use: GPU prices (gpuhunt, SkyPilot, or a CSV of your own contract) into prices.csv, API prices (JSON of LiteLLM or OpenRouter) into api-prices.csv. Every row is kept or quarantined with its reason.",
  args: ["file"],
  options: PriceImportRequest,
  output: z.union([PriceImport, ApiPriceImport]).describe("of GPUs; of API models for their lists"),
  examples: [
    "prices import contract.csv --seller acme-cloud",
    "prices import vms.csv --format skypilot --seller lambda --as-of 2026-11-20",
    "prices import model_prices_and_context_window.json --model gpt-4o --model claude",
  ],
  run: async (io, request) => {
    const { importPriceFile } = await import("../../programme/prices/import-price-file.ts");
    const { priceImportText } = await import("../../programme/prices/price-import-text.ts");
    const { isApi, imported } = await importPriceFile(io, request);
    return {
      json: imported,
      text: () => priceImportText(imported),
      ...(imported.saved === null
        ? { failed: "no price of the file could be used: nothing was written", next: "see the reasons above" }
        : { next: `tunewright prices list${isApi ? " --api" : ""}` }),
    };
  },
});
