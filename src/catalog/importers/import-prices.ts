import { isIsoDay } from "../../base/clock.ts";
import { type CsvRow, parseRaggedCsv } from "../../base/csv.ts";
import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { GpuPrice, QuarantinedPrice, SellerClass } from "../../domain/price.ts";
import type { ImportedPrices, ImportFormat } from "../../domain/price-import.ts";
import { checkPrice, offerDay, perGpu, type PricedRow, priceSku, rowText } from "../price-file.ts";
import { guardPrices } from "../price-guards.ts";
import { CONTRACT_COLUMNS, readContractRow } from "./contract.ts";
import { gpuIdentifier, type IdentifiedGpu } from "./gpu-identity.ts";
import { GPUHUNT_COLUMNS, readGpuhuntRow } from "./gpuhunt.ts";
import { isNotAnOffer, type Offer, type OfferReader } from "./offer.ts";
import { readSkypilotRow, SKYPILOT_COLUMNS } from "./skypilot.ts";

/** Seller and day of a list. */
export type ImportOptions = {
  format: ImportFormat | "auto";
  seller: string;
  sellerClass: SellerClass;
  /** Day, YYYY-MM-DD, on which the list was fetched, for rows without a day. */
  asOf: string;
  /** Recorded source of each row. */
  source: string;
};

const READERS: Readonly<Record<ImportFormat, OfferReader>> = {
  gpuhunt: readGpuhuntRow,
  skypilot: readSkypilotRow,
  contract: readContractRow,
};

/**
 * Converts a foreign price list to prices per GPU-hour and runs the guards over them.
 *
 * @param text  the CSV
 * @param name  its path, for messages
 * @param peers known prices of the same GPU elsewhere, for comparison
 * @throws Failure bad_input if it is not a CSV, or its columns match no known format
 */
export function importPrices(
  text: string,
  name: string,
  { peers = [], ...options }: ImportOptions & { peers?: readonly GpuPrice[] },
): ImportedPrices {
  const { columns, rows, ragged } = parseRaggedCsv(text, name);
  const format = options.format === "auto" ? detectFormat(columns, name) : options.format;
  checkColumns(format, columns, name);
  const rowsIn = rows.length + ragged.length;
  if (rowsIn === 0) {
    throw new Failure("bad_input", `${name} has a header and no rows`, { hint: "expected one price per row" });
  }
  const context: RowContext = { reader: READERS[format], identify: gpuIdentifier(), options };
  const read = rows.map((row) => readRow(row, context));
  const priced = read.flatMap((readRow) => readRow.prices);
  const guarded = guardPrices(priced, peers);
  const keptLines = new Set(guarded.kept.map((row) => row.line));
  return {
    format,
    rowsIn,
    rowsKept: keptLines.size,
    rowsQuarantined: rowsIn - keptLines.size,
    prices: unique(guarded.kept.map((row) => row.price)),
    quarantined: [
      ...ragged.map((row) => ({
        line: row.line,
        text: rowText(row),
        guard: "row-length",
        reason: `the row ${row.reason}`,
      })),
      ...read.flatMap((readRow) => readRow.quarantined),
      ...guarded.quarantined,
    ],
  };
}

/** The format that matches a list's columns. @throws Failure bad_input if none does */
export function detectFormat(columns: readonly string[], name: string): ImportFormat {
  const has = (wanted: readonly string[]): boolean => wanted.every((column) => columns.includes(column));
  if (has(SKYPILOT_COLUMNS)) return "skypilot";
  if (has(GPUHUNT_COLUMNS)) return "gpuhunt";
  if (has(["seller_class"])) {
    throw new Failure("bad_input", `${name} is already a price file: there is nothing to import`, {
      hint: "save it as prices.csv next to programme.yaml, or add its lines to the existing file",
    });
  }
  if (has(["gpu", "term"])) return "contract";
  const isNearContract = columns.some((column) => CONTRACT_COLUMNS.some((known) => known === column));
  const missing = ["gpu", "term"].filter((column) => !columns.includes(column));
  const mistyped = columns.find((column) => isNearContract && didYouMean(column, missing) !== undefined);
  if (mistyped !== undefined) throw unknownColumn(mistyped, missing, name);
  throw new Failure("bad_input", `${name}, line 1: these columns match no known price list: ${shorten(columns)}`, {
    hint: `a contract has the columns ${CONTRACT_COLUMNS.join(", ")}; gpuhunt and SkyPilot catalogues are read unchanged`,
  });
}

function unknownColumn(column: string, known: readonly string[], name: string): Failure {
  return new Failure("bad_input", `${name}, line 1: unknown column "${column}"`, {
    hint: didYouMean(column, known) ?? `columns: ${known.join(", ")}`,
  });
}

function checkColumns(format: ImportFormat, columns: readonly string[], name: string): void {
  const required = { skypilot: SKYPILOT_COLUMNS, gpuhunt: GPUHUNT_COLUMNS, contract: ["gpu", "term"] as const }[format];
  const missing = required.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw new Failure("bad_input", `${name}, line 1: ${format} needs the column ${missing.join(", ")}`, {
      hint: "use --format auto, or name the file's format",
    });
  }
  if (format !== "contract") return; // other catalogues may add columns; in your own file, one is a typing error
  const known: readonly string[] = CONTRACT_COLUMNS;
  const unknown = columns.find((column) => !known.includes(column));
  if (unknown !== undefined) throw unknownColumn(unknown, known, name);
  if (!columns.includes("usd_per_gpu_hour") && !columns.includes("usd_per_hour")) {
    throw new Failure("bad_input", `${name}, line 1: neither usd_per_gpu_hour nor usd_per_hour is a column`, {
      hint: "give one of the two; usd_per_hour is for the whole instance and needs the column gpus",
    });
  }
}

type RowOptions = Omit<ImportOptions, "format">;
type RowContext = { reader: OfferReader; identify: ReturnType<typeof gpuIdentifier>; options: RowOptions };
type ReadRow = { prices: PricedRow[]; quarantined: QuarantinedPrice[] };

function readRow(row: CsvRow, { reader, identify, options }: RowContext): ReadRow {
  const text = rowText(row);
  const broken = (guard: string, reason: string): QuarantinedPrice => ({ line: row.line, text, guard, reason });
  const offer = reader(row);
  if (isNotAnOffer(offer)) return { prices: [], quarantined: [broken(offer.guard, offer.reason)] };
  if (!/^[1-9]\d{0,3}$/.test(offer.gpus)) {
    return { prices: [], quarantined: [broken("count", `"${offer.gpus}" is not a whole number of GPUs`)] };
  }
  for (const day of [offer.validFrom, offer.validTo]) {
    if (day === null || isIsoDay(day)) continue;
    return { prices: [], quarantined: [broken("day", `"${day}" is not a day written YYYY-MM-DD`)] };
  }
  if (offer.prices.length === 0) {
    return { prices: [], quarantined: [broken("price", "the price is missing, which does not mean 0")] };
  }
  const found = identify(offer);
  if (found === undefined) {
    const memory = offer.memories[0] === undefined ? "" : ` with ${offer.memories[0].gb} GB`;
    return { prices: [], quarantined: [broken("gpu-known", `the catalogue has no GPU "${offer.gpuName}"${memory}`)] };
  }
  const result: ReadRow = { prices: [], quarantined: [] };
  for (const { term, usd } of offer.prices) {
    const amount = withoutNoise(usd);
    const wrong = checkPrice(amount);
    if (wrong) result.quarantined.push(broken(wrong.guard, `${term}: ${wrong.reason}`));
    else result.prices.push({ price: toPrice(offer, { term, amount, found, options }), line: row.line, text });
  }
  return result;
}

function toPrice(
  offer: Offer,
  {
    term,
    amount,
    found,
    options,
  }: {
    term: GpuPrice["term"];
    amount: string;
    found: IdentifiedGpu;
    options: RowOptions;
  },
): GpuPrice {
  const gpus = Number(offer.gpus);
  const usd = perGpu(amount, gpus);
  const validFrom = offer.validFrom ?? options.asOf;
  const price = {
    gpu: found.gpu.id,
    seller: options.seller,
    sellerClass: options.sellerClass,
    instance: offer.instance,
    region: offer.region,
    term,
    lowUsd: usd,
    highUsd: usd,
    gpusPerInstance: gpus,
    validFrom,
    validTo: offer.validTo,
    kind: "list" as const,
    source: { kind: "catalogue" as const, ref: options.source, asOf: validFrom },
    note: [found.note, offer.note].filter((note) => note !== "").join("; "),
  };
  return { sku: priceSku(price), ...price };
}

/** Removes rounding noise after the twelfth decimal: 5.8854999999999995 becomes 5.8855. */
function withoutNoise(usd: string): string {
  return /^\d{1,9}\.\d{13,}$/.test(usd)
    ? Number(usd)
        .toFixed(12)
        .replace(/\.?0+$/, "")
    : usd;
}

/** Merges duplicate listings of an offer at the same price (one per zone). */
function unique(prices: readonly GpuPrice[]): GpuPrice[] {
  return [...new Map(prices.map((price) => [offerDay(price), price])).values()];
}

function shorten(columns: readonly string[]): string {
  return `${columns.slice(0, 8).join(", ")}${columns.length > 8 ? ", …" : ""}`.slice(0, 200);
}
