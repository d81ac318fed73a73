import { mod97 } from "./checksums.ts";
import { readDataPairs } from "./read-data.ts";
import { type Found, type Recogniser } from "./recogniser.ts";

/** Maximum length of an IBAN. @source ISO 13616-1 */
const MAX_LENGTH = 34;

/** International bank account numbers: structure of the country, and check digits by MOD 97-10. */
export const iban: Recogniser = {
  name: "iban",
  entity: "IBAN_CODE",
  locales: [],
  isDefault: true,
  needs: { digits: 8 },
  context: ["iban", "bank", "transaction", "account"],
  find: findIbans,
  validate: isIban,
  source: "ISO 13616-1:2020; SWIFT IBAN Registry; ISO/IEC 7064 MOD 97-10",
};

const START = /(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?=[ -]?[A-Z0-9])/gi;

function findIbans(text: string): Found[] {
  const found: Found[] = [];
  START.lastIndex = 0;
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    const structure = structures().get(match[0].slice(0, 2).toUpperCase());
    if (structure === undefined) continue;
    const end = endAfter(text, match.index, structure.length);
    if (end === undefined || !isIban(text.slice(match.index, end))) continue;
    found.push({ start: match.index, end, score: 1 });
    START.lastIndex = end;
  }
  return found;
}

/** End of a given number of letters and digits, ignoring single spaces and hyphens between them, if no more follow. */
function endAfter(text: string, start: number, length: number): number | undefined {
  let index = start;
  for (let count = 0; count < length; index++) {
    if (isAlphanumeric(text.charCodeAt(index))) count += 1;
    else if ((text[index] !== " " && text[index] !== "-") || !isAlphanumeric(text.charCodeAt(index - 1)))
      return undefined;
  }
  return isAlphanumeric(text.charCodeAt(index)) ? undefined : index;
}

/** True if all letters have the same case: the registry uses capitals; people type either, but not both. */
function isIban(text: string): boolean {
  const written = text.replaceAll(/[ -]/g, "");
  const compact = written.toUpperCase();
  if (written !== compact && written !== written.toLowerCase()) return false;
  if (compact.length > MAX_LENGTH) return false;
  const structure = structures().get(compact.slice(0, 2));
  if (structure?.length !== compact.length || !structure.account.test(compact.slice(4))) return false;
  return /^[0-9]{2}$/.test(compact.slice(2, 4)) && mod97(compact.slice(4) + compact.slice(0, 4)) === 1;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

type Structure = { length: number; account: RegExp };

let known: ReadonlyMap<string, Structure> | undefined;

/** Structure of each country's account number, read once. */
function structures(): ReadonlyMap<string, Structure> {
  known ??= new Map(
    readDataPairs("iban-structures.csv").map(([country, structure]) => {
      const parts = [...structure.matchAll(/([0-9]+)([nac])/g)];
      const pattern = parts.map(([, count, kind]) => `${CLASSES[kind as keyof typeof CLASSES]}{${count}}`).join("");
      const length = parts.reduce((sum, [, count]) => sum + Number(count), 4);
      return [country, { length, account: new RegExp(`^${pattern}$`) }];
    }),
  );
  return known;
}

const CLASSES = { n: "[0-9]", a: "[A-Z]", c: "[A-Z0-9]" } as const;
