import { readFileSync } from "node:fs";

import { parseCsv } from "../../base/csv.ts";
import { suggest } from "../../base/suggest.ts";
import { nameKey } from "./licence-table.ts";

/** Terms of a provider for training on the outputs of a model. */
export type OutputTerms = { provider: string; verdict: "allowed" | "blocked" | "needs-counsel"; rule: string };

const FILE = "output-terms.csv";

let table: readonly (OutputTerms & { words: string })[] | undefined;

/**
 * Terms for the outputs of a model, by the longest name in the table that begins at a word of the model's name;
 * undefined if none is known.
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

/** Words for human authors instead of a model's name. */
const PEOPLE =
  /^(?:(?:by )?(?:a )?(?:human|person|people|crowd ?worker|annotator|expert|author|employee|staff|user)s?(?: (?:written|made|annotators?|authors?|experts?|writers?))?|no model|none)$/;

/** True if the value for the model says that people wrote the row: no provider's terms apply. */
export function isByPeople(model: string): boolean {
  return PEOPLE.test(nameKey(model));
}

/** Models of the table with names similar to an unknown one. */
export function modelsLike(model: string): string[] {
  const words = nameKey(model).split(" ");
  const known = new Set((table ?? []).map(({ words: name }) => name.split(" ")[0]!));
  const [near] = words.filter((word) => /^\p{L}{4,30}$/u.test(word)).flatMap((word) => suggest(word, known, 1));
  return near === undefined ? [] : [near];
}

/** Day on which a document was read, or a statement that it was not read. */
function howRead(read: string): string {
  return /^\d/.test(read) ? `read ${read}` : read;
}
