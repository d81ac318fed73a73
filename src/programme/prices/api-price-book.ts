import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import {
  type ApiPriceFile,
  readApiPriceFile,
  readApiPriceYaml,
  writeApiPriceFile,
} from "../../catalog/api-price-file.ts";
import { guardApiPrices } from "../../catalog/api-price-guards.ts";
import { allApiPrices, type ApiPriceBook, apiPriceBook, apiPricesWith } from "../../catalog/api-prices.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { AddedPrices } from "../../domain/price-import.ts";
import { withFileLock } from "../../remote/run-lock.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { PRICE_LOCK_SEC } from "./price-book.ts";

/** Names of your own API price file, next to `programme.yaml`; the first that exists is read. */
export const API_PRICE_FILES = ["api-prices.csv", "api-prices.yaml", "api-prices.yml"] as const;

/**
 * The prices of API models that apply in a folder: the catalogue's, overridden by the rows of `api-prices.csv` or
 * `api-prices.yaml` in that folder.
 *
 * @returns the book, and your own file; null if there is none
 * @throws Failure bad_input if that file is not a price file or is outside the folder
 */
export async function readApiPriceBook(dir: string): Promise<ApiPriceBook & { file: string | null }> {
  const file = API_PRICE_FILES.find((name) => lstatSync(join(dir, name), { throwIfNoEntry: false }) !== undefined);
  if (file === undefined) return { ...apiPriceBook(), file: null };
  const own = readOwnApiPrices(await readText(await resolveInside(dir, file), { shown: file }), file);
  const { kept, quarantined } = guardApiPrices(own.rows, allApiPrices());
  const book = apiPricesWith(kept.map(({ price }) => price));
  return { ...book, quarantined: [...book.quarantined, ...own.quarantined, ...quarantined], file };
}

/**
 * Rejects an API model that has no price because the row in your own file failed a guard; the message names the row.
 *
 * @throws Failure bad_input
 */
export function checkQuarantined(name: string, book: ApiPriceBook & { file: string | null }): void {
  const wanted = name.trim().toLowerCase();
  const isNamed = (model: string): boolean => model === wanted || model.endsWith(`/${wanted}`);
  if (book.prices.some(({ model }) => isNamed(model.toLowerCase()))) return;
  const listed = new Set(apiPriceBook().quarantined);
  const row = book.quarantined.find(
    (entry) => !listed.has(entry) && isNamed(entry.text.split(" | ")[0]!.toLowerCase()),
  );
  if (row === undefined || book.file === null) return;
  throw new Failure("bad_input", `${book.file}, line ${row.line}: the price of "${name}" is not used: ${row.reason}`, {
    hint: `correct that row; ${commandLine(["prices", "check", book.file])} lists all that are not used`,
  });
}

/** Rows of your own price file, CSV or YAML by its name, before the guards. */
export function readOwnApiPrices(text: string, name: string): ApiPriceFile {
  const defaults = { sellerClass: "own-contract", kind: "user", seenOn: null } as const;
  return /\.ya?ml$/i.test(name) ? readApiPriceYaml(text, name, defaults) : readApiPriceFile(text, name, defaults);
}

/**
 * Adds prices to a price file of API models, completely or not at all. An existing price of the same model and first
 * day is replaced.
 *
 * @throws Failure bad_input if the file contains unusable rows: rewriting it would lose them
 */
export function addApiPrices(path: string, prices: readonly ApiPrice[], shown: string): Promise<AddedPrices> {
  return withFileLock(path, PRICE_LOCK_SEC, () => joinApiPrices(path, prices, shown));
}

async function joinApiPrices(path: string, prices: readonly ApiPrice[], shown: string): Promise<AddedPrices> {
  const known = new Map<string, ApiPrice>();
  const key = ({ model, validFrom }: ApiPrice): string => `${model.toLowerCase()} ${validFrom ?? ""}`;
  if (existsSync(path)) {
    const { rows, quarantined } = readOwnApiPrices(await readText(path, { shown }), shown);
    const [broken] = quarantined;
    if (broken) {
      throw new Failure(
        "bad_input",
        `${shown}, line ${broken.line}: ${broken.reason}; rewriting the file would lose it`,
        {
          hint: `correct or delete that row (${commandLine(["prices", "check", shown])} lists all), then import again`,
        },
      );
    }
    for (const { price } of rows) known.set(key(price), price);
  }
  const counts = { added: 0, replaced: 0, unchanged: 0 };
  for (const price of prices) {
    const before = known.get(key(price));
    const isSame =
      before?.inputUsdPerMtok === price.inputUsdPerMtok && before.outputUsdPerMtok === price.outputUsdPerMtok;
    counts[before === undefined ? "added" : isSame ? "unchanged" : "replaced"] += 1;
    known.set(key(price), price);
  }
  await atomicWrite(path, writeApiPriceFile([...known.values()]));
  return { path, ...counts, total: known.size };
}
