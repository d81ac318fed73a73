import { basename, resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import { parseRaggedCsv } from "../../base/csv.ts";
import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { readText } from "../../base/read-text.ts";
import { detectFormat, importPrices } from "../../catalog/importers/import-prices.ts";
import { sellerClassOf } from "../../catalog/importers/seller-class.ts";
import { allPrices } from "../../catalog/prices.ts";
import { ApiImportFormat, type ApiPriceImport, ImportFormat, type PriceImport } from "../../domain/price-import.ts";
import type { PriceImportRequest } from "../../domain/price-import-request.ts";
import { addApiPrices } from "./api-price-book.ts";
import { importApiPrices } from "./api-price-import.ts";
import { addPrices } from "./price-book.ts";

/** Rows that were read from a list, and whether it is a list of API models. */
export type ImportedPrices = { isApi: boolean; imported: PriceImport | ApiPriceImport };

/**
 * Reads a price list of GPUs or of API models into the prices of the folder. Every row is kept, or quarantined with its
 * reason; nothing is written if no row can be used.
 *
 * @throws Failure bad_input for a list of GPUs without a seller, and for a format that is unknown
 */
export async function importPriceFile(
  { cwd, now }: Pick<Context, "cwd" | "now">,
  request: PriceImportRequest,
): Promise<ImportedPrices> {
  const { file, format, asOf = isoDay(now()) } = request;
  const text = await readText(resolve(cwd, file), { shown: file });
  const list = { text, asOf, source: `${basename(file)}, SHA-256 ${sha256(text).slice(0, 16)}` };
  const isApi = ApiImportFormat.safeParse(format).success || (format === "auto" && /^\s*\{/.test(text));
  return { isApi, imported: await (isApi ? importApi(cwd, request, list) : importGpus(cwd, request, list)) };
}

type ListFile = { text: string; asOf: string; source: string };

async function importGpus(
  cwd: string,
  { file, seller, sellerClass, out = "prices.csv", ...request }: PriceImportRequest,
  { text, asOf, source }: ListFile,
): Promise<PriceImport> {
  if (seller === undefined) {
    throw new Failure(
      "bad_input",
      `--seller is missing: ${file} is read as a list of GPUs, which does not name the seller`,
      {
        hint: "add --seller, such as --seller lambda",
      },
    );
  }
  const format =
    request.format === "auto"
      ? detectFormat(parseRaggedCsv(text, file).columns, file)
      : ImportFormat.parse(request.format);
  const imported = importPrices(text, file, {
    format,
    seller,
    sellerClass: sellerClass ?? sellerClassOf(seller, format, allPrices()),
    asOf,
    source,
    peers: allPrices(),
  });
  const saved = imported.prices.length === 0 ? null : await addPrices(resolve(cwd, out), imported.prices, out);
  return { file, out, ...imported, saved };
}

async function importApi(
  cwd: string,
  { file, model, out = "api-prices.csv" }: PriceImportRequest,
  { text, asOf, source }: ListFile,
): Promise<ApiPriceImport> {
  const imported = importApiPrices(text, file, { seenOn: asOf, source, models: model });
  const saved = imported.prices.length === 0 ? null : await addApiPrices(resolve(cwd, out), imported.prices, out);
  return { file, out, ...imported, saved };
}
