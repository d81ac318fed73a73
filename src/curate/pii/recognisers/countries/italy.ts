import { compact, passesLuhn } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser, type Verdict } from "../recogniser.ts";

const IT = { locales: ["IT"], isDefault: false } as const;

/** Values of characters in odd positions, 0 to 9 and A to Z; in even positions a character counts as its rank. */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Letters that replace digits if two people would have the same code. */
const OMOCODIA = "LMNPQRSTUV";

const fiscalCode = patternRecogniser({
  ...IT,
  isDefault: true,
  name: "it-fiscal-code",
  entity: "IT_FISCAL_CODE",
  needs: { digits: 1, mixed: true, reach: 16 },
  context: ["codice fiscale", "cf"],
  patterns: [[/[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]/, 0.3]],
  validate: isFiscalCode,
  source: "Decreto del Ministro delle Finanze 23/12/1976 (structure, check letter modulo 26, omocodia)",
});

/**
 * Refuted by an impossible name or day; confirmed by the check letter; otherwise undecided, because misprints are
 * common.
 */
function isFiscalCode(text: string): Verdict {
  const code = text.toUpperCase();
  const name =
    /^(?:[B-DF-HJ-NP-TV-Z]{3}|[B-DF-HJ-NP-TV-Z]{2}[AEIOU]|[B-DF-HJ-NP-TV-Z][AEIOU][AEIOUX]|[AEIOU]{2}[AEIOUX]|[AEIOU]X{2}|[B-DF-HJ-NP-TV-Z]{1,2}X{1,2})$/;
  const digits = Array.from(code).map((char, index) =>
    [6, 7, 9, 10, 12, 13, 14].includes(index) && OMOCODIA.includes(char) ? String(OMOCODIA.indexOf(char)) : char,
  );
  const day = Number(digits.slice(9, 11).join("")) % 40;
  if (!name.test(code.slice(0, 3)) || !name.test(code.slice(3, 6)) || day < 1 || day > 31) return false;
  let sum = 0;
  for (let index = 0; index < 15; index++) {
    const value = Number.parseInt(code[index]!, 36);
    const rank = value > 9 ? value - 10 : value;
    sum += index % 2 === 0 ? ODD[rank]! : rank;
  }
  return String.fromCharCode(65 + (sum % 26)) === code[15] ? true : undefined;
}

const vatCode = patternRecogniser({
  ...IT,
  name: "it-vat-code",
  against: NUMBERS_OF_TRADE,
  entity: "IT_VAT_CODE",
  needs: { digits: 11 },
  context: ["piva", "partita iva", "p iva", "pi"],
  patterns: [[/(?:[0-9][ _]?){10}[0-9]/, 0.1]],
  validate: (text) => passesLuhn(compact(text)) && !/^0+$/.test(compact(text)),
  source: "Agenzia delle Entrate, D.P.R. 633/1972: eleven digits with Luhn's check",
});

const driverLicense = patternRecogniser({
  ...IT,
  name: "it-driver-license",
  entity: "IT_DRIVER_LICENSE",
  needs: { digits: 1, mixed: true, reach: 10 },
  context: ["patente", "patente di guida", "licenza", "licenza di guida"],
  patterns: [[/[A-Z]{2}[0-9]{7}[A-Z]|U1[B-HJ-NP-Z0-9]{7}[A-Z]/, 0.2]],
  source: "Ministero delle Infrastrutture e dei Trasporti: licences of the provinces and of the central office (U1)",
});

const passport = patternRecogniser({
  ...IT,
  name: "it-passport",
  entity: "IT_PASSPORT",
  needs: { digits: 7, row: [7, 7] },
  context: ["passaporto", "passaporto elettronico", "viaggio", "estero", "dogana"],
  patterns: [[/[A-Z]{2}[0-9]{7}/, 0.01]],
  source: "Polizia di Stato: two letters and seven digits",
});

const identityCard = patternRecogniser({
  ...IT,
  name: "it-identity-card",
  entity: "IT_IDENTITY_CARD",
  needs: { digits: 5, row: [5, 7] },
  context: ["carta d identità", "carta", "identità", "cie", "documento", "riconoscimento", "espatrio"],
  patterns: [[/[A-Z]{2} ?[0-9]{7}|[0-9]{7}[A-Z]{2}|[A-Z]{2}[0-9]{5}[A-Z]{2}/, 0.01]],
  source: "Ministero dell'Interno: paper card, CIE 2.0, CIE 3.0",
});

/** Identifiers that Italy issues. */
export const ITALY: readonly Recogniser[] = [fiscalCode, vatCode, driverLicense, passport, identityCard];
