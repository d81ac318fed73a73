import type { RightsLine } from "../../domain/rights.ts";

/** Rules for missing facts, and the fact to record. */
const MISSING: Readonly<Record<string, string>> = {
  "rights-unknown": "its licence, a contract or that it is your own work",
  "licence-unclassified": "the SPDX id of its licence",
  "licence-missing": "the licence of rows without one, or fill the field",
  "personal-data-basis": "the basis of GDPR Article 6",
  "personal-data-special": "the condition of GDPR Article 9(2)",
  "personal-data-evidence": "where the paper is filed",
  "opt-out-conditions": "the files of its sites, or name the page of each row by --url-field",
};

/**
 * Remedy for rows that may not be trained on: the missing fact that would release the most of them, otherwise a
 * decision of counsel.
 *
 * @param rights the rights file, if there is one
 * @returns undefined if every row may be trained on
 */
export function rightsRemedy(lines: readonly RightsLine[], rights: string | undefined): string | undefined {
  const held = lines.filter(({ verdict }) => verdict !== "allowed").toSorted((a, b) => b.rows - a.rows);
  const [most] = held;
  if (most === undefined) return undefined;
  if (rights === undefined) return "describe the rights of each dataset: docs/concepts/rights.md shows an example";
  const missing = held.find(({ rule }) => MISSING[rule] !== undefined);
  if (missing !== undefined) return `add to ${rights} for "${missing.source}": ${MISSING[missing.rule]}`;
  return `record the decision of counsel on "${most.source}" in ${rights}: docs/concepts/rights.md`;
}
