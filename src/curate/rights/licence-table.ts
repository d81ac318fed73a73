import { readFileSync } from "node:fs";

import { parseCsv } from "../../base/csv.ts";
import type { UseClass } from "../../domain/rights.ts";

/** Whether a licence has a requirement: `unknown` if its terms are not public. */
export type Asked = "yes" | "no" | "unknown";

/** Known permissions and requirements of a licence. */
export type Licence = {
  /** SPDX id if there is one, otherwise its usual name. */
  licence: string;
  use: UseClass;
  attribution: Asked;
  shareAlike: Asked;
  noDerivatives: boolean;
  note: string;
};

const FILE = "licences.csv";

let table: ReadonlyMap<string, Licence> | undefined;

/**
 * Licences by all variants of their names, as normalised by `nameKey`.
 *
 * @source `data/licences.csv`: classes of the Data Provenance Initiative (Apache-2.0), its errors named in `note`
 */
export function licenceTable(): ReadonlyMap<string, Licence> {
  if (table !== undefined) return table;
  const byKey = new Map<string, Licence>();
  const { rows } = parseCsv(readFileSync(new URL(`./data/${FILE}`, import.meta.url), "utf8"), FILE);
  for (const { fields } of rows) {
    const licence: Licence = {
      licence: fields["licence"]!,
      use: fields["use"] as UseClass,
      attribution: fields["attribution"] as Asked,
      shareAlike: fields["share_alike"] as Asked,
      noDerivatives: fields["no_derivatives"] === "yes",
      note: fields["note"]!,
    };
    for (const name of [licence.licence, ...fields["names"]!.split("|")]) {
      const key = nameKey(name);
      if (key !== "" && !byKey.has(key)) byKey.set(key, licence);
    }
  }
  table = byKey;
  return byKey;
}

/**
 * A normalised name without differences of spelling: case, hyphens, the words licence, the, version, international,
 * GNU, the v before a version and a trailing zero (`GPLv3` equals `GPL 3.0`).
 */
export function nameKey(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/\b(?:the|gnu|licen[cs]ed?|version|international|unported|public|under)\b/g, " ")
    .replaceAll(/v(?=\d)/g, " ")
    .replaceAll(/(?<=\d)\.0(?![.\d])/g, "")
    .replaceAll(/[^\p{L}\p{N}.]+/gu, " ")
    .trim();
}
