import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { PIPELINE_FOLDER } from "../storing/pipeline-state.ts";

/** JSON bytes per second and worker of each stage, as measured by runs in a folder. */
export type Rates = Readonly<Record<string, number | undefined>>;

const ratesPath = (dir: string): string => join(dir, PIPELINE_FOLDER, "rates.json");

/** Rates of earlier runs; none if there were none or the file is damaged: they are used for estimates only. */
export async function readRates(dir: string): Promise<Rates> {
  try {
    const value = JSON.parse(await readFile(ratesPath(dir), "utf8")) as unknown;
    return value !== null && typeof value === "object" ? (value as Rates) : {};
  } catch {
    return {};
  }
}

/** Stores rates for the next estimate. */
export async function writeRates(dir: string, rates: Rates): Promise<void> {
  await atomicWrite(ratesPath(dir), `${JSON.stringify(rates, null, 2)}\n`);
}
