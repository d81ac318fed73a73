import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";
import { ApiResidency } from "../domain/api-residency.ts";

/** File name of the published regions in the catalogue. */
const RESIDENCY_FILE = "api-residency.csv";

let rows: readonly ApiResidency[] | undefined;

/**
 * Sellers of tokens that publish an offer to process requests in one region. A seller without a row may have one too.
 *
 * @source the documentation of each seller, which its row names; data/README.md, "api-residency.csv"
 */
export function allApiResidencies(): readonly ApiResidency[] {
  rows ??= parseCsv(
    readFileSync(new URL(`./data/${RESIDENCY_FILE}`, import.meta.url), "utf8"),
    RESIDENCY_FILE,
  ).rows.map(({ fields }) =>
    ApiResidency.parse({
      seller: fields["seller"],
      region: fields["region"],
      terms: fields["terms"],
      readOn: fields["read_on"],
      source: fields["source"],
    }),
  );
  return rows;
}

/** The seller's offer to process requests of a model (`seller/model`) in a region; undefined if none is known. */
export function apiResidency(model: string, region: ApiResidency["region"]): ApiResidency | undefined {
  const seller = model.slice(0, model.indexOf("/")).toLowerCase();
  return allApiResidencies().find((row) => row.seller === seller && row.region === region);
}
