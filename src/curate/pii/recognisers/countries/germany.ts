import { compact, passesMod11_10 } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser, type Verdict } from "../recogniser.ts";

const DE = { locales: ["DE"], isDefault: false } as const;

const taxId = patternRecogniser({
  ...DE,
  name: "de-tax-id",
  against: NUMBERS_OF_TRADE,
  entity: "DE_TAX_ID",
  needs: { digits: 11, row: [11, 11] },
  context: [
    "steueridentifikationsnummer",
    "steuer id",
    "steuerid",
    "steuer idnr",
    "idnr",
    "steuerliche identifikationsnummer",
    "bzst",
  ],
  patterns: [[/[1-9][0-9]{10}/, 0.5]],
  validate: (text) => {
    if (!/^[1-9][0-9]{10}$/.test(text)) return false;
    const counts = Array.from("0123456789", (digit) => text.slice(0, 10).split(digit).length - 1);
    const repeated = counts.filter((count) => count > 1);
    // One of the first ten digits repeats, twice or (since 2016) three times; numbers for tests have all ten.
    return repeated.length <= 1 && (repeated[0] ?? 2) <= 3 && passesMod11_10(text);
  },
  source: "Bundeszentralamt für Steuern, § 139b AO: eleven digits, ISO/IEC 7064 MOD 11,10",
});

const taxNumber = patternRecogniser({
  ...DE,
  name: "de-tax-number",
  entity: "DE_TAX_NUMBER",
  needs: { digits: 9, row: [4, 13] },
  context: ["steuernummer", "steuer nr", "st nr", "finanzamt", "umsatzsteuer", "einkommensteuer", "steuerbescheid"],
  patterns: [
    [/(?:0[1-9]|1[0-6])[0-9]{11}/, 0.5],
    [/(?:1[01][0-9]{2}|2[1-46-8][0-9]{2}|[3459][0-9]{3})0[0-9]{8}/, 0.5],
    [/[0-9]{3}\/[0-9]{3}\/[0-9]{5}/, 0.4],
    [/[0-9]{2,3}\/[0-9]{3,4}\/[0-9]{4,5}/, 0.2],
  ],
  source: "ELSTER, Prüfung der Steuernummern: thirteen digits for all states, and the ways of writing of each",
});

const vatId = patternRecogniser({
  ...DE,
  name: "de-vat-id",
  entity: "DE_VAT_ID",
  needs: { digits: 9, row: [3, 9] },
  context: [
    "umsatzsteuer identifikationsnummer",
    "umsatzsteueridentifikationsnummer",
    "ust idnr",
    "ust id",
    "ustidnr",
    "vat",
    "vat id",
    "rechnung",
    "invoice",
  ],
  patterns: [
    [/DE[0-9]{9}/, 0.5],
    [/DE[ .-]?[0-9]{3}[ .-]?[0-9]{3}[ .-]?[0-9]{3}/, 0.4],
  ],
  // The check digit is not published: it proves, but its failing refutes in strict mode only.
  validate: (text, isStrict) => {
    const id = compact(text);
    if (!/^DE[0-9]{9}$/.test(id)) return false;
    return passesMod11_10(id.slice(2)) ? true : isStrict ? false : undefined;
  },
  source: "§ 27a UStG, Bundeszentralamt für Steuern; ISO/IEC 7064 MOD 11,10",
});

/** Check digit of machine-readable travel documents: weights 7, 3, 1. @source ICAO Doc 9303-3, 4.9 */
function passesIcao(text: string): boolean {
  const weights = [7, 3, 1];
  const sum = Array.from(text.slice(0, -1)).reduce(
    (total, char, index) => total + Number.parseInt(char, 36) * weights[index % 3]!,
    0,
  );
  return sum % 10 === Number(text.at(-1));
}

const SERIAL = /^[CFGHJKLMNPRTV-Z][CFGHJKLMNPRTV-Z0-9]{7}[0-9]$/;

const passport = patternRecogniser({
  ...DE,
  name: "de-passport",
  entity: "DE_PASSPORT",
  needs: { digits: 1, mixed: true, reach: 9 },
  context: ["reisepass", "pass", "pass nr", "passnummer", "reisepassnummer", "passport", "dokumentennummer", "mrz"],
  patterns: [[/[CFGHJKLMNPRTV-Z][CFGHJKLMNPRTV-Z0-9]{7}[0-9]/, 0.4]],
  validate: (text) => SERIAL.test(text.toUpperCase()) && passesIcao(text.toUpperCase()),
  source: "Passverwaltungsvorschrift; ICAO Doc 9303-3, 4.9",
});

const idCard = patternRecogniser({
  ...DE,
  name: "de-id-card",
  entity: "DE_ID_CARD",
  needs: { digits: 1, mixed: true, reach: 9 },
  context: [
    "personalausweis",
    "ausweis",
    "personalausweisnummer",
    "ausweisnummer",
    "ausweis nr",
    "dokumentennummer",
    "seriennummer",
    "identity card",
  ],
  patterns: [
    [/T[0-9]{8}/, 0.5],
    [/[CFGHJKLMNPRTV-Z][CFGHJKLMNPRTV-Z0-9]{7}[0-9]/, 0.4],
  ],
  // T and eight digits: provisional cards, whose last digit is not a check.
  validate: (text) => {
    const serial = text.toUpperCase();
    if (/^T[0-9]{8}$/.test(serial)) return undefined;
    return SERIAL.test(serial) && passesIcao(serial);
  },
  source: "Personalausweisverordnung, Anhang; ICAO Doc 9303-3, 4.9",
});

/**
 * Sum of the digits of a number times their weights, with the digits of products added. A letter counts as its rank in
 * two digits.
 */
function crossSum(digits: string, weights: readonly number[]): number {
  return Array.from(digits).reduce((total, digit, index) => {
    const product = Number(digit) * weights[index]!;
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
}

function rank(letter: string): string {
  return String(letter.toUpperCase().charCodeAt(0) - 64).padStart(2, "0");
}

const socialSecurity = patternRecogniser({
  ...DE,
  isDefault: true,
  name: "de-social-security",
  entity: "DE_SOCIAL_SECURITY",
  needs: { digits: 11, mixed: true, row: [8, 8] },
  context: [
    "rentenversicherungsnummer",
    "sozialversicherungsnummer",
    "versicherungsnummer",
    "rvnr",
    "svnr",
    "sv nummer",
    "rentenversicherung",
  ],
  patterns: [[/[0-9]{2}(?:0[1-9]|[12][0-9]|3[01]|5[1-9]|[67][0-9]|8[01])(?:0[1-9]|1[0-2])[0-9]{2}[A-Z][0-9]{3}/, 0.5]],
  validate: (text) => {
    if (
      !/^[0-9]{2}(?:0[1-9]|[12][0-9]|3[01]|5[1-9]|[67][0-9]|8[01])(?:0[1-9]|1[0-2])[0-9]{2}[A-Z][0-9]{3}$/i.test(text)
    ) {
      return false;
    }
    const digits = text.slice(0, 8) + rank(text[8]!) + text.slice(9, 11);
    return crossSum(digits, [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 === Number(text[11]);
  },
  source:
    "VKVV § 2 and Deutsche Rentenversicherung: area, date of birth (day + 50 where needed), initial, serial, check digit",
});

const healthInsurance = patternRecogniser({
  ...DE,
  name: "de-health-insurance",
  entity: "DE_HEALTH_INSURANCE",
  needs: { digits: 9, mixed: true, row: [9, 9] },
  context: [
    "krankenversicherungsnummer",
    "versichertennummer",
    "kvnr",
    "krankenkasse",
    "krankenversicherung",
    "gesundheitskarte",
    "egk",
    "egk nummer",
  ],
  patterns: [[/[A-Z][0-9]{9}/, 0.3]],
  validate: (text) => {
    if (!/^[A-Z][0-9]{9}$/i.test(text)) return false;
    const digits = rank(text[0]!) + text.slice(1, 9);
    return crossSum(digits, [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 === Number(text[9]);
  },
  source: "§ 290 SGB V, GKV-Spitzenverband: letter as two digits, weights 1 and 2, cross sums, modulo 10",
});

const doctor = patternRecogniser({
  ...DE,
  name: "de-lanr",
  entity: "DE_LANR",
  needs: { digits: 9, row: [9, 9] },
  context: [
    "arztnummer",
    "lanr",
    "lebenslange arztnummer",
    "arzt nr",
    "vertragsarzt",
    "kassenarzt",
    "behandelnder arzt",
    "hausarzt",
    "facharzt",
  ],
  patterns: [[/[0-9]{9}/, 0.3]],
  validate: (text) => {
    if (!/^[0-9]{9}$/.test(text)) return false;
    const sum = Array.from(text.slice(0, 6)).reduce(
      (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 4 : 9),
      0,
    );
    return (10 - (sum % 10)) % 10 === Number(text[6]);
  },
  source: "KBV, Richtlinie nach § 75 Abs. 7 SGB V: six digits with weights 4 and 9, check digit, field of practice",
});

const practice = patternRecogniser({
  ...DE,
  name: "de-bsnr",
  entity: "DE_BSNR",
  needs: { digits: 9, row: [9, 9] },
  context: ["betriebsstättennummer", "bsnr", "betriebsstätte", "praxisnummer", "arztpraxis", "praxis", "kv nummer"],
  patterns: [[/[0-9]{9}/, 0.2]],
  validate: (text): Verdict => (/^[0-9]{9}$/.test(text) && !/^0{9}$/.test(text) ? undefined : false),
  source: "KBV, Richtlinie nach § 75 Abs. 7 SGB V: nine digits, the first two the regional association; no check digit",
});

const drivingLicence = patternRecogniser({
  ...DE,
  name: "de-fuehrerschein",
  entity: "DE_FUEHRERSCHEIN",
  needs: { digits: 4, mixed: true },
  context: [
    "führerscheinnummer",
    "führerschein",
    "führerschein nr",
    "fahrerlaubnis",
    "fahrerlaubnisnummer",
    "driving licence",
    "driver s license",
  ],
  patterns: [
    [/[A-Z]{2}[0-9]{8}[A-Z0-9]/, 0.35],
    [/[A-Z][0-9]{3}[A-Z0-9]{5}[0-9X][0-9A-Z]/, 0.3],
  ],
  source: "Fahrerlaubnis-Verordnung, Anlage 8: office, serial in letters and digits, check digit, number of the copy",
});

const register = patternRecogniser({
  ...DE,
  name: "de-handelsregister",
  entity: "DE_HANDELSREGISTER",
  needs: { digits: 1, reach: 6 },
  context: [
    "handelsregister",
    "handelsregisternummer",
    "amtsgericht",
    "registergericht",
    "registerauszug",
    "gmbh",
    "ag",
    "ug",
    "kg",
    "ohg",
  ],
  patterns: [[/HR[AB]\s{0,3}[0-9]{1,6}/, 0.5]],
  source: "Handelsregisterverordnung § 3, § 13: section A or B and a number",
});

const plate = patternRecogniser({
  ...DE,
  name: "de-kfz",
  entity: "DE_KFZ",
  needs: { digits: 1, reach: 8 },
  context: [
    "kennzeichen",
    "kfz kennzeichen",
    "nummernschild",
    "fahrzeugkennzeichen",
    "zulassung",
    "kfz",
    "fahrzeug",
    "auto",
    "pkw",
    "lkw",
    "fahrzeugschein",
  ],
  patterns: [[/(?<![A-ZÄÖÜ-])[A-ZÄÖÜ]{1,3}(?: [A-Z]{1,2} |-[A-Z]{1,2}[- ])[1-9][0-9]{0,3}[EH]?/, 0.3]],
  source: "Fahrzeug-Zulassungsverordnung § 9: district, one or two letters, up to four digits, E or H",
});

const postcode = patternRecogniser({
  ...DE,
  name: "de-plz",
  entity: "DE_PLZ",
  needs: { digits: 5, reach: 2, row: [5, 5] },
  context: [
    "plz",
    "postleitzahl",
    "postanschrift",
    "adresse",
    "anschrift",
    "wohnort",
    "wohnhaft",
    "straße",
    "strasse",
    "postfach",
  ],
  patterns: [[/(?!01000|99999)(?:0[1-9][0-9]{3}|[1-9][0-9]{4})/, 0.05]],
  source: "Deutsche Post: five digits, 01001 to 99998",
});

/** Identifiers that Germany issues. */
export const GERMANY: readonly Recogniser[] = [
  taxId,
  taxNumber,
  vatId,
  passport,
  idCard,
  socialSecurity,
  healthInsurance,
  doctor,
  practice,
  drivingLicence,
  register,
  plate,
  postcode,
];
