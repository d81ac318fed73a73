import type * as z from "zod";

import { isIsoDay } from "../base/clock.ts";
import { csvCell } from "../base/csv-cell.ts";
import { parseCsv, type CsvRow } from "../base/csv.ts";
import { Failure } from "../base/failure.ts";
import { formatMoney, parseMoney } from "../base/money.ts";
import { didYouMean } from "../base/suggest.ts";
import { findGpu } from "./gpus.ts";
import { type GpuPrice, PriceKind, type QuarantinedPrice, SellerClass, Term } from "../domain/price.ts";

/** A price with its location in the source, so that a guard can name the line. */
export type PricedRow = { price: GpuPrice; line: number | null; text: string };

/** Contents of a price file: rows that are valid prices, and rows that are not, with reasons. */
export type PriceFile = { rows: PricedRow[]; quarantined: QuarantinedPrice[] };

/** Columns of a price file, in the order of writing. */
export const PRICE_COLUMNS = [
  "seller",
  "seller_class",
  "region",
  "instance",
  "gpu",
  "gpus",
  "term",
  "low_usd_per_hour",
  "high_usd_per_hour",
  "valid_from",
  "valid_to",
  "kind",
  "source",
  "note",
  "withheld",
] as const;

const OPTIONAL = new Set<string>(["region", "instance", "high_usd_per_hour", "valid_to", "kind", "note", "withheld"]);

/**
 * Reads a price file: the catalogue's, or `prices.csv` next to a programme. Prices are per hour of the whole instance,
 * as sellers publish them, and are divided here by its number of GPUs: exactly if the quotient has at most 12 decimals,
 * otherwise rounded half away from zero at the twelfth.
 *
 * A row that is not a price (empty, negative, not a number, an impossible date, an unknown kind) or that has a reason
 * in `withheld` is quarantined: shown with the reason, never used.
 *
 * @throws Failure bad_input if it is not such a CSV (empty, or a missing, unknown or repeated column)
 */
export function readPriceFile(text: string, name: string): PriceFile {
  const { columns, rows } = parseCsv(text, name);
  checkColumns(columns, name);
  const file: PriceFile = { rows: [], quarantined: [] };
  const gpus = new Map<string, string | Broken>();
  for (const row of rows) {
    const read = readRow(row, gpus);
    if ("reason" in read) {
      file.quarantined.push({ line: row.line, text: rowText(row), guard: read.guard, reason: read.reason });
    } else {
      file.rows.push({ price: read, line: row.line, text: rowText(row) });
    }
  }
  return file;
}

/** Writes prices in the format that `readPriceFile` reads: per instance-hour, sorted by sku and day. */
export function writePriceFile(prices: readonly GpuPrice[]): string {
  const sorted = prices.toSorted((a, b) => (fileOrder(a) < fileOrder(b) ? -1 : 1));
  const lines = sorted.map((price) =>
    [
      price.seller,
      price.sellerClass,
      price.region ?? "",
      price.instance ?? "",
      price.gpu,
      String(price.gpusPerInstance),
      price.term,
      perInstance(price.lowUsd, price.gpusPerInstance),
      perInstance(price.highUsd, price.gpusPerInstance),
      price.validFrom ?? "",
      price.validTo ?? "",
      price.kind,
      price.source.ref,
      price.note,
      "",
    ]
      .map(csvCell)
      .join(","),
  );
  return `${[PRICE_COLUMNS.join(","), ...lines].join("\n")}\n`;
}

/** Price per GPU of an instance price, with 12 decimals, rounded half away from zero. */
export function perGpu(instanceUsd: string, gpus: number): string {
  const count = BigInt(gpus);
  return formatMoney((parseMoney(instanceUsd) * 2n + count) / (count * 2n));
}

/**
 * The sku of an offer, which later rows of the same offer share: seller, its class, region, instance, GPU, count and
 * term.
 */
export function priceSku(price: Omit<GpuPrice, "sku">): string {
  const { seller, sellerClass, region, instance, gpu, gpusPerInstance, term } = price;
  return [seller, sellerClass, region ?? "-", instance ?? "-", gpu, gpusPerInstance, term].join("/");
}

/** The key of one price of one offer: a sku and the first day of the price. */
export function offerDay(price: GpuPrice): string {
  return `${price.sku} ${price.validFrom ?? "undated"}`;
}

function fileOrder(price: GpuPrice): string {
  return `${price.sku}\t${price.validFrom ?? ""}`;
}

function checkColumns(columns: readonly string[], name: string): void {
  const known: readonly string[] = PRICE_COLUMNS;
  for (const column of columns) {
    if (known.includes(column)) continue;
    throw new Failure("bad_input", `${name}, line 1: unknown column "${column}"`, {
      hint: didYouMean(column, known) ?? `columns: ${known.join(", ")}`,
    });
  }
  const missing = known.filter((column) => !OPTIONAL.has(column) && !columns.includes(column));
  if (missing.length > 0) {
    throw new Failure(
      "bad_input",
      `${name}, line 1: column ${missing.map((text) => `"${text}"`).join(", ")} is missing`,
      {
        hint: "another format? tunewright prices import reads gpuhunt, SkyPilot and contract files",
      },
    );
  }
}

type Broken = { guard: string; reason: string };

function readRow({ fields }: CsvRow, knownGpus: Map<string, string | Broken>): GpuPrice | Broken {
  const field = (column: (typeof PRICE_COLUMNS)[number]): string => fields[column] ?? "";
  if (field("withheld") !== "") return { guard: "withheld", reason: field("withheld") };
  const low = field("low_usd_per_hour");
  const high = field("high_usd_per_hour") === "" ? low : field("high_usd_per_hour");
  const broken = [
    checkPrice(low),
    checkPrice(high),
    checkWord(SellerClass, "seller class", field("seller_class")),
    checkWord(Term, "term", field("term")),
    checkWord(PriceKind, "kind", field("kind") === "" ? "list" : field("kind")),
    checkDay(field("valid_from")),
    checkDay(field("valid_to")),
    /^[1-9]\d{0,3}$/.test(field("gpus"))
      ? undefined
      : { guard: "count", reason: `"${field("gpus")}" is not a number of GPUs` },
    field("seller") !== "" && field("gpu") !== "" && field("source") !== ""
      ? undefined
      : { guard: "complete", reason: "seller, GPU and source are required" },
  ].find((entry) => entry !== undefined);
  if (broken) return broken;
  const gpu = knownGpus.get(field("gpu")) ?? knownGpu(field("gpu"));
  knownGpus.set(field("gpu"), gpu);
  if (typeof gpu !== "string") return gpu;
  const gpus = Number(field("gpus"));
  const day = field("valid_from");
  const price = {
    gpu,
    seller: field("seller"),
    sellerClass: SellerClass.parse(field("seller_class")),
    instance: field("instance") === "" ? null : field("instance"),
    region: field("region") === "" ? null : field("region"),
    term: Term.parse(field("term")),
    lowUsd: perGpu(low, gpus),
    highUsd: perGpu(high, gpus),
    gpusPerInstance: gpus,
    validFrom: day === "" ? null : day,
    validTo: field("valid_to") === "" ? null : field("valid_to"),
    kind: PriceKind.parse(field("kind") === "" ? "list" : field("kind")),
    source: { kind: "catalogue" as const, ref: field("source"), ...(day === "" ? {} : { asOf: day }) },
    note: field("note"),
  };
  return { sku: priceSku(price), ...price };
}

/**
 * The id of a GPU, given its id or alias, or the reason if it is unknown: a price of an unknown GPU could never be
 * found.
 */
function knownGpu(name: string): string | Broken {
  try {
    return findGpu(name).id;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { guard: "gpu-known", reason: `${error.message}: ${error.hint}` };
  }
}

/** Reason why an amount is not a valid price; undefined if it is. Empty means "not offered", which is not 0. */
export function checkPrice(text: string): Broken | undefined {
  if (text === "") return { guard: "price", reason: "the price is missing, which does not mean 0" };
  if (!/^\d{1,9}(\.\d{1,12})?$/.test(text)) {
    return { guard: "price", reason: `"${text.slice(0, 40)}" is not a price in US dollars per hour` };
  }
  return undefined;
}

function checkWord(schema: z.ZodEnum, what: string, value: string): Broken | undefined {
  if (schema.safeParse(value).success) return undefined;
  return { guard: "word", reason: `${what} "${value}" is not one of ${schema.options.join(", ")}` };
}

function checkDay(text: string): Broken | undefined {
  return text === "" || isIsoDay(text)
    ? undefined
    : { guard: "day", reason: `"${text}" is not a day written YYYY-MM-DD` };
}

function perInstance(usd: string, gpus: number): string {
  return formatMoney(parseMoney(usd) * BigInt(gpus));
}

/** A row as one line of text for messages: its non-empty fields. */
export function rowText({ fields }: CsvRow): string {
  return Object.values(fields)
    .filter((value) => value !== "")
    .join(" | ")
    .slice(0, 300);
}
