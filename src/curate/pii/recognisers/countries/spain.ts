import { compact } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser } from "../recogniser.ts";

const ES = { locales: ["ES"], isDefault: true } as const;

/** Check letters, indexed by the number modulo 23. @source Real Decreto 1553/2005, Orden INT/2058/2008 */
const LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

const nif = patternRecogniser({
  ...ES,
  name: "es-nif",
  against: NUMBERS_OF_TRADE,
  entity: "ES_NIF",
  needs: { digits: 7, row: [7, 8] },
  context: ["documento nacional de identidad", "dni", "nif", "identificación"],
  // K, L, M: Spaniards under 14, those abroad, and foreigners without a NIE.
  patterns: [[/(?:[0-9]{7,8}|[KLM][0-9]{7})-?[A-Z]/, 0.5]],
  validate: (text) => hasLetter(compact(text).replace(/^[KLM]/, "")),
  source: "Real Decreto 1553/2005, Real Decreto 1065/2007 art. 19-20: letter by the number modulo 23",
});

const nie = patternRecogniser({
  ...ES,
  name: "es-nie",
  against: NUMBERS_OF_TRADE,
  entity: "ES_NIE",
  needs: { digits: 7, row: [7, 8] },
  context: ["número de identificación de extranjero", "número de identidad de extranjero", "nie", "extranjero"],
  patterns: [[/[XYZ]-?[0-9]{7,8}-?[A-Z]/, 0.5]],
  validate: (text) => {
    const plain = compact(text);
    return hasLetter(`${"XYZ".indexOf(plain[0]!)}${plain.slice(1)}`);
  },
  source: "Orden INT/2058/2008: X, Y, Z stand for 0, 1, 2; letter by the number modulo 23",
});

const passport = patternRecogniser({
  ...ES,
  isDefault: false,
  name: "es-passport",
  entity: "ES_PASSPORT",
  needs: { digits: 6, mixed: true, row: [6, 6] },
  context: ["pasaporte", "passport", "número de pasaporte"],
  patterns: [[/[A-Z]{3}[0-9]{6}/, 0.05]],
  source: "Real Decreto 896/2003: three letters and six digits",
});

function hasLetter(text: string): boolean {
  return LETTERS[Number(text.slice(0, -1)) % 23] === text.at(-1);
}

/** Identifiers that Spain issues. */
export const SPAIN: readonly Recogniser[] = [nif, nie, passport];
