import { csvCell } from "../base/csv-cell.ts";
import { parseCsv, type CsvRow } from "../base/csv.ts";
import { Failure } from "../base/failure.ts";
import { didYouMean } from "../base/suggest.ts";
import { parseYaml } from "../base/yaml.ts";
import { ApiPrice, type ApiSellerClass, type ContextTier, type QuarantinedPrice } from "../domain/price.ts";
import type { SourceKind } from "../domain/source.ts";

/** An API price with its location in the source, so that a guard can name the line. */
export type PricedModel = {
  price: ApiPrice;
  line: number | null;
  text: string;
  /** Number of tokens to which the list's own prices refer; default: a million. */
  perTokens?: number;
};

/** Contents of an API price file: prices, and rows that are not valid prices, with reasons. */
export type ApiPriceFile = { rows: PricedModel[]; quarantined: QuarantinedPrice[] };

/** Columns of an API price file, in the order of writing. All prices are per million tokens. */
export const API_PRICE_COLUMNS = [
  "model",
  "seller_class",
  "input_usd_per_mtok",
  "output_usd_per_mtok",
  "cached_input_usd_per_mtok",
  "cache_write_usd_per_mtok",
  "tiers",
  "batch_input_usd_per_mtok",
  "batch_output_usd_per_mtok",
  "training_usd_per_mtok",
  "tuned_from",
  "valid_from",
  "valid_to",
  "seen_on",
  "source",
  "note",
] as const;

type Column = (typeof API_PRICE_COLUMNS)[number];

const REQUIRED: readonly Column[] = ["model", "input_usd_per_mtok", "output_usd_per_mtok"];

/** Defaults for the source and day of rows. */
export type ApiPriceDefaults = { sellerClass: ApiSellerClass; kind: SourceKind; seenOn: string | null };

/**
 * Reads an API price file: the catalogue's, or `api-prices.csv` next to a programme. An empty price means not offered,
 * which is not 0. An invalid row is quarantined: shown with the reason, never used.
 *
 * @param defaults  seller class and kind of source for rows without these fields; day of rows without one
 * @throws Failure bad_input if it is not such a CSV (empty, or a missing, unknown or repeated column)
 */
export function readApiPriceFile(text: string, name: string, defaults: ApiPriceDefaults): ApiPriceFile {
  const { columns, rows } = parseCsv(text, name);
  checkColumns(columns, name);
  const file: ApiPriceFile = { rows: [], quarantined: [] };
  for (const row of rows) {
    const shown = API_PRICE_COLUMNS.map((column) => row.fields[column] ?? "").join(" | ");
    const read = readRow(row, name, defaults);
    if ("reason" in read) file.quarantined.push({ line: row.line, text: shown, ...read });
    else file.rows.push({ price: read, line: row.line, text: shown });
  }
  return file;
}

/**
 * Reads API prices from YAML: a list of prices with the fields of a row in camel case, such as `inputUsdPerMtok`.
 *
 * @throws Failure bad_input if it is not such a list, or a field is unknown
 */
export function readApiPriceYaml(text: string, name: string, defaults: ApiPriceDefaults): ApiPriceFile {
  const { value, lineOf } = parseYaml(text, name);
  if (!Array.isArray(value)) {
    throw new Failure("bad_input", `${name}: expected a list of prices`, {
      hint: "each begins with a dash: - model: openai/gpt-4o",
    });
  }
  const file: ApiPriceFile = { rows: [], quarantined: [] };
  for (const [index, inner] of value.entries()) {
    const given = typeof inner === "object" && inner !== null ? Object.entries(inner) : [];
    const fields = Object.fromEntries(given.map(([key, field]) => [columnOf([key]), scalarText(field)]));
    const unknown = Object.keys(fields).find((column) => !API_PRICE_COLUMNS.some((known) => known === column));
    const line = lineOf([index]);
    if (unknown !== undefined) {
      const camel = API_PRICE_COLUMNS.map((column) =>
        column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      );
      const key = given.map(([name]) => name).find((text) => columnOf([text]) === unknown)!;
      throw new Failure("bad_input", `${name}, line ${line}: unknown field "${key}"`, {
        hint: didYouMean(key, camel) ?? `fields: ${camel.join(", ")}`,
      });
    }
    const shown = API_PRICE_COLUMNS.map((column) => fields[column] ?? "").join(" | ");
    const read = notARow(given) ?? readRow({ line, fields }, name, defaults);
    if ("reason" in read) file.quarantined.push({ line, text: shown, ...read });
    else file.rows.push({ price: read, line, text: shown });
  }
  return file;
}

/** All problems of a list element whose fields are not single values. */
function notARow(given: readonly (readonly [string, unknown])[]): { guard: string; reason: string } | undefined {
  if (given.length === 0) return { guard: "price", reason: "it has no fields: expected model, inputUsdPerMtok, ..." };
  const nested = given.find(([, field]) => typeof field === "object" && field !== null)?.[0];
  if (nested === undefined) return undefined;
  const expected = nested === "tiers" ? 'tiers as text: "200000:5:20" is above tokens, input, output' : "one value";
  return { guard: "price", reason: `${nested} is a list or a group, expected ${expected}` };
}

function scalarText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Writes prices in the format that `readApiPriceFile` reads, sorted by model and day. */
export function writeApiPriceFile(prices: readonly ApiPrice[]): string {
  const order = (price: ApiPrice): string => `${price.model}\t${price.validFrom ?? ""}`;
  const lines = prices
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .map((price) =>
      [
        price.model,
        price.sellerClass,
        price.inputUsdPerMtok,
        price.outputUsdPerMtok,
        price.cachedInputUsdPerMtok ?? "",
        price.cacheWriteUsdPerMtok ?? "",
        price.tiers.map(tierText).join(";"),
        price.batchInputUsdPerMtok ?? "",
        price.batchOutputUsdPerMtok ?? "",
        price.trainingUsdPerMtok ?? "",
        price.tunedFrom ?? "",
        price.validFrom ?? "",
        price.validTo ?? "",
        price.seenOn,
        price.source.ref,
        price.note,
      ]
        .map(csvCell)
        .join(","),
    );
  return `${[API_PRICE_COLUMNS.join(","), ...lines].join("\n")}\n`;
}

function readRow(
  { line, fields }: CsvRow,
  name: string,
  { sellerClass, kind, seenOn }: ApiPriceDefaults,
): ApiPrice | { guard: string; reason: string } {
  const field = (column: Column): string => fields[column] ?? "";
  const orNull = (column: Column): string | null => (field(column) === "" ? null : field(column));
  for (const column of REQUIRED) {
    if (field(column) === "") return { guard: "price", reason: `${column} is empty, which does not mean 0` };
  }
  const validFrom = orNull("valid_from");
  if (orNull("seen_on") === null && validFrom === null && seenOn === null) {
    return { guard: "day", reason: "neither valid_from nor seen_on: a price without a date has no known age" };
  }
  const price = ApiPrice.safeParse({
    model: field("model"),
    sellerClass: orNull("seller_class") ?? sellerClass,
    inputUsdPerMtok: field("input_usd_per_mtok"),
    outputUsdPerMtok: field("output_usd_per_mtok"),
    cachedInputUsdPerMtok: orNull("cached_input_usd_per_mtok"),
    cacheWriteUsdPerMtok: orNull("cache_write_usd_per_mtok"),
    tiers: field("tiers")
      .split(";")
      .filter((tier) => tier !== "")
      .map(readTier),
    batchInputUsdPerMtok: orNull("batch_input_usd_per_mtok"),
    batchOutputUsdPerMtok: orNull("batch_output_usd_per_mtok"),
    tunedFrom: orNull("tuned_from"),
    trainingUsdPerMtok: orNull("training_usd_per_mtok"),
    validFrom,
    validTo: orNull("valid_to"),
    seenOn: orNull("seen_on") ?? validFrom ?? seenOn ?? "",
    source: {
      kind,
      ref: orNull("source") ?? `${name}, line ${line}`,
      ...(validFrom === null ? {} : { asOf: validFrom }),
    },
    note: field("note"),
  });
  if (price.success) return price.data;
  const issue = price.error.issues[0]!;
  return { guard: "price", reason: `${columnOf(issue.path)}: ${issue.message}` };
}

/** A tier as text: `aboveInputTokens:input:output:cached:write`. Prices that are not offered are empty. */
function tierText(tier: ContextTier): string {
  const { aboveInputTokens, inputUsdPerMtok, outputUsdPerMtok, cachedInputUsdPerMtok, cacheWriteUsdPerMtok } = tier;
  const cache = [cachedInputUsdPerMtok ?? "", cacheWriteUsdPerMtok ?? ""];
  return [aboveInputTokens, inputUsdPerMtok, outputUsdPerMtok, ...cache].join(":");
}

/** The inverse of `tierText`, without checks. */
function readTier(text: string): unknown {
  const [above, input, output, cached, write] = text.split(":").map((part) => part.trim());
  return {
    aboveInputTokens: Number(above),
    inputUsdPerMtok: input,
    outputUsdPerMtok: output,
    cachedInputUsdPerMtok: cached === "" || cached === undefined ? null : cached,
    cacheWriteUsdPerMtok: write === "" || write === undefined ? null : write,
  };
}

/** The column of a field: `input_usd_per_mtok` for `inputUsdPerMtok`. */
function columnOf(path: readonly PropertyKey[]): string {
  return String(path[0] ?? "row").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function checkColumns(columns: readonly string[], name: string): void {
  const known: readonly string[] = API_PRICE_COLUMNS;
  const unknown = columns.find((column) => !known.includes(column));
  if (unknown !== undefined) {
    throw new Failure("bad_input", `${name}, line 1: unknown column "${unknown}"`, {
      hint: didYouMean(unknown, known) ?? `columns: ${known.join(", ")}; prices are in US dollars per million tokens`,
    });
  }
  const missing = REQUIRED.filter((column) => !columns.includes(column));
  if (missing.length === 0) return;
  throw new Failure(
    "bad_input",
    `${name}, line 1: column ${missing.map((name) => `"${name}"`).join(", ")} is missing`,
    {
      hint: "another format? tunewright prices import reads LiteLLM and OpenRouter price lists",
    },
  );
}
