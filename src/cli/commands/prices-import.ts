import { basename, resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { SellerClass } from "../../domain/price.ts";
import { Day } from "../../domain/source.ts";
import { ImportFormat, PriceImport } from "../../domain/price-import.ts";
import { defineCommand } from "../command.ts";

/** `tunewright prices import FILE`: a foreign price list into the folder's prices.csv. */
export default defineCommand({
  description:
    "Reads a price list (gpuhunt, SkyPilot, or a CSV of your own contract) into prices.csv, which prices and plans then use. Every row is kept or quarantined with its reason.",
  args: ["file"],
  options: z.strictObject({
    file: z.string().min(1).describe("CSV to read"),
    format: z
      .enum(["auto", ...ImportFormat.options])
      .default("auto")
      .describe("Format of the file"),
    seller: z.string().min(1).max(60).describe("Who sells at these prices, as in lambda"),
    sellerClass: SellerClass.optional().describe(
      "Class of seller; known for sellers of the catalogue, own-contract for a contract",
    ),
    asOf: Day.optional().describe("Day on which the list held, for rows without one; today where left out"),
    out: z.string().min(1).default("prices.csv").describe("Price file to write to"),
  }),
  output: PriceImport,
  examples: [
    "prices import contract.csv --seller acme-cloud",
    "prices import vms.csv --format skypilot --seller lambda --as-of 2026-11-20",
  ],
  run: async (io, { file, format, seller, sellerClass, asOf, out }) => {
    const [
      { importPrices, detectFormat },
      { parseRaggedCsv },
      { allPrices },
      { addPrices },
      { readText },
      text,
      { sha256 },
      { sellerClassOf },
    ] = await Promise.all([
      import("../../catalog/importers/import-prices.ts"),
      import("../../base/csv.ts"),
      import("../../catalog/prices.ts"),
      import("../../programme/price-book.ts"),
      import("../../base/read-text.ts"),
      import("../../programme/price-import-text.ts"),
      import("../../base/hash.ts"),
      import("../../catalog/importers/seller-class.ts"),
    ]);
    const csv = await readText(resolve(io.cwd, file), { shown: file });
    const known = format === "auto" ? detectFormat(parseRaggedCsv(csv, file).columns, file) : format;
    const imported = importPrices(csv, file, {
      format: known,
      seller,
      sellerClass: sellerClass ?? sellerClassOf(seller, known, allPrices()),
      asOf: asOf ?? isoDay(io.now()),
      source: `${basename(file)}, SHA-256 ${sha256(csv).slice(0, 16)}`,
      peers: allPrices(),
    });
    const saved = imported.prices.length === 0 ? null : await addPrices(resolve(io.cwd, out), imported.prices, out);
    const answer = { file, out, ...imported, saved };
    return {
      json: answer,
      text: () => text.priceImportText(answer),
      ...(saved === null
        ? { failed: "no price of the file could be used: nothing was written", next: "see the reasons above" }
        : { next: "tunewright prices list" }),
    };
  },
});
