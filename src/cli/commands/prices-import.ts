import { basename, resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { SellerClass } from "../../domain/price.ts";
import { Day } from "../../domain/source.ts";
import { ApiImportFormat, ApiPriceImport, ImportFormat, PriceImport } from "../../domain/price-import.ts";
import { type Answer, defineCommand } from "../command.ts";

/** `tunewright prices import FILE`: a foreign price list into the folder's prices.csv. */
export default defineCommand({
  description:
    "Reads a price list into the folder's own prices, which prices and plans then use: of GPUs (gpuhunt, SkyPilot, or a CSV of your own contract) into prices.csv, of API models (JSON of LiteLLM or OpenRouter) into api-prices.csv. Every row is kept or quarantined with its reason.",
  args: ["file"],
  options: z.strictObject({
    file: z.string().min(1).describe("CSV of GPUs or JSON of API models to read"),
    format: z
      .enum(["auto", ...ImportFormat.options, ...ApiImportFormat.options])
      .default("auto")
      .describe("Format of the file"),
    seller: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe("Who sells GPUs at these prices, as in lambda; a list of API models names its sellers"),
    model: z
      .array(z.string().min(1))
      .default([])
      .describe("Of a list of API models only those whose name holds one of these"),
    sellerClass: SellerClass.optional().describe(
      "Class of seller; known for sellers of the catalogue, own-contract for a contract",
    ),
    asOf: Day.optional().describe("Day on which the list held, for rows without one; today where left out"),
    out: z.string().min(1).optional().describe("Price file to write to; prices.csv or api-prices.csv where left out"),
  }),
  output: z.union([PriceImport, ApiPriceImport]).describe("of GPUs; of API models for their lists"),
  examples: [
    "prices import contract.csv --seller acme-cloud",
    "prices import vms.csv --format skypilot --seller lambda --as-of 2026-11-20",
    "prices import model_prices_and_context_window.json --model gpt-4o --model claude",
  ],
  run: async (io, { file, format, seller, sellerClass, asOf, out, model }) => {
    const { readText } = await import("../../base/read-text.ts");
    const text = await readText(resolve(io.cwd, file), { shown: file });
    const day = asOf ?? isoDay(io.now());
    const isApi = ApiImportFormat.safeParse(format).success || (format === "auto" && /^\s*\{/.test(text));
    if (isApi) return importApi(io.cwd, { text, file, day, model, out: out ?? "api-prices.csv" });
    if (seller === undefined) {
      throw new Failure("bad_input", "--seller is missing: a list of GPUs does not say who sells", {
        hint: "add --seller, as in --seller lambda",
      });
    }
    const known = format === "auto" ? undefined : ImportFormat.parse(format);
    return importGpus(io.cwd, { text, file, day, seller, sellerClass, format: known, out: out ?? "prices.csv" });
  },
});

type ListFile = { text: string; file: string; day: string; out: string };

async function importGpus(
  cwd: string,
  list: ListFile & { seller: string; sellerClass: SellerClass | undefined; format: ImportFormat | undefined },
): Promise<Answer<PriceImport>> {
  const { text: csv, file, day, seller, sellerClass, out } = list;
  const [
    { importPrices, detectFormat },
    { parseRaggedCsv },
    { allPrices },
    { addPrices },
    text,
    { sha256 },
    { sellerClassOf },
  ] = await Promise.all([
    import("../../catalog/importers/import-prices.ts"),
    import("../../base/csv.ts"),
    import("../../catalog/prices.ts"),
    import("../../programme/prices/price-book.ts"),
    import("../../programme/prices/price-import-text.ts"),
    import("../../base/hash.ts"),
    import("../../catalog/importers/seller-class.ts"),
  ]);
  const format = list.format ?? detectFormat(parseRaggedCsv(csv, file).columns, file);
  const imported = importPrices(csv, file, {
    format,
    seller,
    sellerClass: sellerClass ?? sellerClassOf(seller, format, allPrices()),
    asOf: day,
    source: `${basename(file)}, SHA-256 ${sha256(csv).slice(0, 16)}`,
    peers: allPrices(),
  });
  const saved = imported.prices.length === 0 ? null : await addPrices(resolve(cwd, out), imported.prices, out);
  const answer = { file, out, ...imported, saved };
  return { json: answer, text: () => text.priceImportText(answer), ...outcome(saved, "tunewright prices list") };
}

async function importApi(
  cwd: string,
  { text: json, file, day, model, out }: ListFile & { model: readonly string[] },
): Promise<Answer<ApiPriceImport>> {
  const [{ importApiPrices }, { addApiPrices }, text, { sha256 }] = await Promise.all([
    import("../../programme/prices/api-price-import.ts"),
    import("../../programme/prices/api-price-book.ts"),
    import("../../programme/prices/price-import-text.ts"),
    import("../../base/hash.ts"),
  ]);
  const source = `${basename(file)}, SHA-256 ${sha256(json).slice(0, 16)}`;
  const imported = importApiPrices(json, file, { seenOn: day, source, models: model });
  const saved = imported.prices.length === 0 ? null : await addApiPrices(resolve(cwd, out), imported.prices, out);
  const answer = { file, out, ...imported, saved };
  return { json: answer, text: () => text.priceImportText(answer), ...outcome(saved, "tunewright prices list --api") };
}

/** What to do next, and that nothing was written where nothing could be used. */
function outcome(saved: PriceImport["saved"], next: string): Pick<Answer, "failed" | "next"> {
  return saved === null
    ? { failed: "no price of the file could be used: nothing was written", next: "see the reasons above" }
    : { next };
}
