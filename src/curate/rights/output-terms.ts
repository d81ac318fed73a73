import { readFileSync } from "node:fs";

import { parseCsv } from "../../base/csv.ts";
import { nameKey } from "./licence-table.ts";

/** What a provider asks of those who train on the outputs of a model. */
export type OutputTerms = { provider: string; verdict: "allowed" | "blocked" | "needs-counsel"; rule: string };

const FILE = "output-terms.csv";

let table: readonly (OutputTerms & { words: string })[] | undefined;

/**
 * Terms for the outputs of a model, found by the longest name of the table that begins at a word of the model's name;
 * undefined where none is known.
 *
 * @source `data/output-terms.csv`, each row with the document and section
 */
export function outputTerms(model: string): OutputTerms | undefined {
  table ??= parseCsv(readFileSync(new URL(`./data/${FILE}`, import.meta.url), "utf8"), FILE)
    .rows.map(({ fields }) => ({
      words: nameKey(fields["model"]!),
      provider: fields["provider"]!,
      verdict: fields["verdict"] as OutputTerms["verdict"],
      rule: `${fields["rule"]!} (${fields["source"]!}; ${howRead(fields["read"]!)})`,
    }))
    .toSorted((a, b) => b.words.length - a.words.length);
  const name = ` ${nameKey(model.replaceAll(/(\p{L})(\d)/gu, "$1 $2"))} `;
  return table.find(({ words }) => name.includes(` ${words} `) || name.includes(` ${words}.`));
}

/** When a document was read, or that it was not: its readers must know what they rely on. */
function howRead(read: string): string {
  return /^\d/.test(read) ? `read ${read}` : read;
}
