import { compact, passesVerhoeff } from "../checksums.ts";
import { readDataPairs } from "../read-data.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser, type Verdict } from "../recogniser.ts";

const IN = { locales: ["IN"], isDefault: false } as const;

const aadhaar = patternRecogniser({
  ...IN,
  name: "in-aadhaar",
  against: NUMBERS_OF_TRADE,
  entity: "IN_AADHAAR",
  needs: { digits: 12, row: [4, 12] },
  context: ["aadhaar", "aadhar", "uidai", "uid"],
  patterns: [[/[2-9][0-9]{3}([- :]?)[0-9]{4}\1[0-9]{4}/, 0.01]],
  validate: (text) => {
    const digits = compact(text);
    return passesVerhoeff(digits) && digits !== Array.from(digits).toReversed().join("");
  },
  source: "UIDAI, A UID numbering scheme (2010): Verhoeff's check, first digit not 0 or 1, no palindromes",
});

const gstin = patternRecogniser({
  ...IN,
  isDefault: true,
  name: "in-gstin",
  entity: "IN_GSTIN",
  needs: { digits: 4, mixed: true, row: [4, 4] },
  context: ["gstin", "gst", "goods and services tax", "tax identification"],
  patterns: [[/(?:0[1-9]|[12][0-9]|3[0-7])[ -]?[A-Z]{5}[ -]?[0-9]{4}[ -]?[A-Z][1-9A-Z][ -]?Z[0-9A-Z]/, 0.8]],
  // Structure decides: state, permanent account number, entity, Z. The last character is often a placeholder in print.
  validate: () => true,
  source: "CGST Rules 2017, rule 10: state code, PAN, entity code, Z, check character",
});

const pan = patternRecogniser({
  ...IN,
  isDefault: true,
  name: "in-pan",
  entity: "IN_PAN",
  needs: { digits: 4, mixed: true, row: [4, 9] },
  context: ["permanent account number", "pan"],
  patterns: [
    [/[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]/, 0.5],
    [/[A-Z]{5}[0-9]{4}[A-Z]/, 0.1],
    [/(?=[0-9]{0,9}[A-Z])(?=[A-Z0-9]{0,6}[0-9]{4})[A-Z0-9]{10}/, 0.01],
  ],
  source: "Income Tax Department: five letters (the fourth the holder's status), four digits, a letter",
});

const passport = patternRecogniser({
  ...IN,
  name: "in-passport",
  entity: "IN_PASSPORT",
  needs: { digits: 7, mixed: true, row: [5, 7] },
  context: ["passport", "indian passport"],
  patterns: [[/[A-Z][1-9][0-9] ?[0-9]{4}[1-9]/, 0.1]],
  source: "Passport Seva: a letter and seven digits",
});

const voter = patternRecogniser({
  ...IN,
  name: "in-voter",
  entity: "IN_VOTER",
  needs: { digits: 7, mixed: true, row: [7, 7] },
  context: ["voter", "epic", "elector", "elector photo identity card"],
  patterns: [
    [/[A-Z][ABCDGHJKMNPRSY][A-Z][0-9]{7}/, 0.4],
    [/[A-Z]{3}[0-9]{7}/, 0.3],
  ],
  source: "Election Commission of India, elector's photo identity card: three letters and seven digits",
});

const plate = patternRecogniser({
  ...IN,
  name: "in-vehicle-registration",
  entity: "IN_VEHICLE_REGISTRATION",
  needs: { digits: 3, mixed: true, reach: 8 },
  context: ["rto", "vehicle", "plate", "registration", "car", "bike"],
  patterns: [
    [/[0-9]{2}BH(?!0000)[0-9]{4}[A-HJ-NP-Z]{1,2}/, 0.85],
    [/(?!00)[0-9]{2}[ABCDEFHKPRX][0-9]{6}[A-Z]/, 0.85],
    [/[A-Z]{2}(?:[0-9][A-Z]{1,3}|[0-9]{2}[A-Z]{1,3})(?!0000)[0-9]{4}/, 0.5],
    [/[0-9]{1,3}(?:CD|CC|UN)[1-9][0-9]{1,3}/, 0.4],
    [/[A-Z]{3}(?!0000)[0-9]{4}/, 0.2],
    [/[A-Z]{1,2}(?!0000)[0-9]{4}|I(?!00000)[0-9]{5}/, 0.01],
  ],
  validate: isKnownOffice,
  source: "Central Motor Vehicles Rules 1989, rule 50 and BH series of 2021; offices by state, see data/README.md",
});

let offices: ReadonlyMap<string, number> | undefined;

/** Confirmed by an office that exists in its state; other plates remain undecided. */
function isKnownOffice(text: string): Verdict {
  const [, state, office] = /^([A-Z]{2})([0-9]{1,2})[A-Z]{1,3}[0-9]{4}$/.exec(text.toUpperCase()) ?? [];
  offices ??= new Map(readDataPairs("indian-offices.csv").map(([name, highest]) => [name, Number(highest)]));
  const highest = offices.get(state ?? "");
  if (highest === undefined) return undefined;
  return Number(office) >= 1 && Number(office) <= highest ? true : undefined;
}

/** Identifiers that India issues. */
export const INDIA: readonly Recogniser[] = [aadhaar, gstin, pan, passport, voter, plate];
