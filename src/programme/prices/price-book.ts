import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { offerDay, readPriceFile, writePriceFile } from "../../catalog/price-file.ts";
import { type PriceBook, pricesWith } from "../../catalog/prices.ts";
import type { GpuPrice } from "../../domain/price.ts";
import type { AddedPrices } from "../../domain/price-import.ts";
import { withFileLock } from "../../remote/run-lock.ts";
import { resolveInside } from "../folder/resolve-inside.ts";

/** Seconds to wait for another process that writes the same file; it takes less than one. */
export const PRICE_LOCK_SEC = 30;

/** File of your own prices, next to `programme.yaml`: used wherever prices are, written by `prices import`. */
export const PRICE_FILE = "prices.csv";

/**
 * The price book that applies in a folder: the catalogue, and the rows of `prices.csv` in that folder if it exists.
 *
 * @throws Failure bad_input if `prices.csv` is not a price file or is outside the folder
 */
export async function readPriceBook(dir: string): Promise<PriceBook & { path: string | null }> {
  const path = join(dir, PRICE_FILE);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { ...pricesWith(undefined), path: null };
  const text = await readText(await resolveInside(dir, PRICE_FILE), { shown: PRICE_FILE });
  return { ...pricesWith(text, PRICE_FILE), path };
}

/**
 * Adds prices to a price file, completely or not at all. An existing price of the same offer and day is replaced; all
 * others stay.
 *
 * @param shown the path for messages
 * @throws Failure bad_input if the file contains unusable rows: rewriting it would lose them
 */
export function addPrices(path: string, prices: readonly GpuPrice[], shown: string = path): Promise<AddedPrices> {
  return withFileLock(path, PRICE_LOCK_SEC, () => joinPrices(path, prices, shown));
}

async function joinPrices(path: string, prices: readonly GpuPrice[], shown: string): Promise<AddedPrices> {
  const known = new Map<string, GpuPrice>();
  if (existsSync(path)) {
    const file = readPriceFile(await readText(path, { shown }), shown);
    const [broken] = file.quarantined;
    if (broken) {
      throw new Failure(
        "bad_input",
        `${shown}, line ${broken.line}: ${broken.reason}; rewriting the file would lose the row`,
        {
          hint: `correct or delete that row (${commandLine(["prices", "check", shown])} lists all), then import again`,
        },
      );
    }
    for (const { price } of file.rows) known.set(offerDay(price), price);
  }
  const counts = { added: 0, replaced: 0, unchanged: 0 };
  for (const price of prices) {
    const before = known.get(offerDay(price));
    if (before === undefined) counts.added += 1;
    else if (before.lowUsd === price.lowUsd && before.highUsd === price.highUsd) counts.unchanged += 1;
    else counts.replaced += 1;
    known.set(offerDay(price), price);
  }
  await atomicWrite(path, writePriceFile([...known.values()]));
  return { path, ...counts, total: known.size };
}
