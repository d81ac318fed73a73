import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";

/** Serving quantities calibrated by measurements. */
export type ServingQuantity = "tpotMs" | "ttftMs" | "outputTokensPerSec";

/** Residuals of the measurements of one source in one serving cell, relative to the uncalibrated estimator. */
export type ServingResidual = {
  quantity: ServingQuantity;
  facets: Readonly<Record<string, string>>;
  source: string;
  n: number;
  /**
   * ln(measured / computed), ascending; if there are more than five, the 10th, 30th, 50th, 70th and 90th percentiles.
   */
  logRatios: readonly number[];
};

let rows: readonly ServingResidual[] | undefined;

/** The published measurements of serving, as residuals by cell and source: `data/serving-residuals.csv`, written by `npm run calibrate`. */
export function servingResiduals(): readonly ServingResidual[] {
  if (rows !== undefined) return rows;
  const name = "serving-residuals.csv";
  const text = readFileSync(new URL(`./data/${name}`, import.meta.url), "utf8");
  rows = parseCsv(text, name).rows.map(({ fields }) => {
    const { quantity, source, n, log_ratios: logs, ...facets } = fields;
    return {
      quantity: quantity as ServingQuantity,
      facets,
      source: source!,
      n: Number(n),
      logRatios: logs!.split(" ").map(Number),
    };
  });
  return rows;
}
