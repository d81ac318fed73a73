import { compact, passesLuhn } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { isDay } from "../is-day.ts";
import { patternRecogniser, type Recogniser } from "../recogniser.ts";

/** Check characters, indexed by the nine digits modulo 31. */
const HETU = "0123456789ABCDEFHJKLMNPRSTUVWXY";

const personalIdentityCode = patternRecogniser({
  name: "fi-personal-identity-code",
  entity: "FI_PERSONAL_IDENTITY_CODE",
  locales: ["FI"],
  isDefault: true,
  needs: { digits: 9, row: [6, 6] },
  context: ["hetu", "henkilötunnus", "personbeteckning", "personal identity code"],
  // Letters may touch it on the left: "id030594W903B".
  patterns: [[/(?<![0-9])[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y](?![A-Z0-9])/, 0.5]],
  edges: "none",
  validate: (text) => {
    const code = text.toUpperCase();
    const century = code[6] === "+" ? 1800 : /[-U-Y]/.test(code[6]!) ? 1900 : 2000;
    const [day, month, year] = [code.slice(0, 2), code.slice(2, 4), code.slice(4, 6)].map(Number);
    const number = Number(code.slice(0, 6) + code.slice(7, 10));
    return isDay(century + year!, month!, day!) && HETU[number % 31] === code[10];
  },
  source: "Digital and Population Data Services Agency: date, century sign (new signs of 2023), number, modulo 31",
});

const personnummer = patternRecogniser({
  name: "se-personnummer",
  against: NUMBERS_OF_TRADE,
  entity: "SE_PERSONNUMMER",
  locales: ["SE"],
  isDefault: false,
  needs: { digits: 10, row: [4, 12] },
  context: ["personnummer", "svensk id", "samordningsnummer", "personal identity number"],
  // The pattern of an organisation's number has a third digit of 2 or more, whereas a month has 0 or 1.
  patterns: [[/(?:[0-9]{2})?[0-9]{2}[01][0-9]{3}[-+]?[0-9]{4}(?![A-Z])/, 0.5]],
  edges: "digit",
  validate: (text) => {
    const digits = text.replaceAll(/[-+]/g, "");
    const short = digits.slice(-10);
    const day = Number(short.slice(4, 6));
    const century = digits.length === 12 ? Number(digits.slice(0, 2)) : undefined;
    if (century !== undefined && (century < 18 || century > 20)) return false;
    // Two digits of a year leave the century open; 2000 has the leap day that 1900 lacks.
    const year = (century ?? 20) * 100 + Number(short.slice(0, 2));
    return isDay(year, Number(short.slice(2, 4)), day > 60 ? day - 60 : day) && passesLuhn(short);
  },
  source: "Skatteverket SKV 704 and 707: date of birth (day + 60 for coordination numbers), Luhn's check",
});

const organisationsnummer = patternRecogniser({
  name: "se-organisationsnummer",
  against: NUMBERS_OF_TRADE,
  entity: "SE_ORGANISATIONSNUMMER",
  locales: ["SE"],
  isDefault: false,
  needs: { digits: 10, row: [4, 12] },
  context: ["organisationsnummer", "orgnr", "org nr", "företagsnummer"],
  patterns: [[/(?:16)?[1-9][0-9][2-9][0-9]{3}-?[0-9]{4}(?![A-Z])/, 0.6]],
  edges: "digit",
  validate: (text) => passesLuhn(compact(text).slice(-10)),
  source: "Skatteverket SKV 709: third digit at least 2, Luhn's check",
});

/** Identifiers that Finland and Sweden issue. */
export const NORDICS: readonly Recogniser[] = [personalIdentityCode, personnummer, organisationsnummer];
