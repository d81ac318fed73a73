import { compact, weightedSum } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser, type Verdict } from "../recogniser.ts";

const UK = { locales: ["GB"], isDefault: false } as const;

const healthService = patternRecogniser({
  ...UK,
  name: "uk-nhs",
  against: [...NUMBERS_OF_TRADE, "fax", "tel", "telephone", "phone", "call", "mobile", "cell"],
  sureShape: /^\d{3} \d{3} \d{4}$/,
  entity: "UK_NHS",
  needs: { digits: 10, row: [4, 10] },
  context: ["national health service", "nhs", "nhs number", "health services authority", "health authority"],
  patterns: [[/[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{4}/, 0.5]],
  validate: (text) => {
    const digits = compact(text);
    const check = (11 - (weightedSum(digits.slice(0, 9), [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    return check === Number(digits[9]) && !/^(.)\1*$/.test(digits);
  },
  source: "NHS Data Dictionary, NHS number: weights 10 to 2, modulo 11",
});

const insurance = patternRecogniser({
  ...UK,
  isDefault: true,
  name: "uk-nino",
  entity: "UK_NINO",
  needs: { digits: 6 },
  context: ["national insurance", "ni number", "nino"],
  // A space after a word goes with the number, as in the published test vectors.
  patterns: [
    [
      /(?:(?<=\w) |(?<!\w))(?!BG|GB|NK|KN|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D](?!\w)/,
      0.5,
    ],
  ],
  edges: "none",
  source: "HMRC, National Insurance Manual NIM39110",
});

const passport = patternRecogniser({
  ...UK,
  name: "uk-passport",
  entity: "UK_PASSPORT",
  needs: { digits: 7, mixed: true, row: [7, 7] },
  context: ["passport", "travel document", "hmpo", "his majesty", "her majesty"],
  patterns: [[/[A-Z]{2}[0-9]{7}/, 0.1]],
  source: "HM Passport Office: two letters and seven digits",
});

const INWARD = "[0-9][ABD-HJLNP-UW-Z]{2}";

const postcode = patternRecogniser({
  ...UK,
  name: "uk-postcode",
  entity: "UK_POSTCODE",
  needs: { digits: 1, mixed: true, reach: 8 },
  context: [
    "postcode",
    "post code",
    "postal code",
    "zip",
    "address",
    "delivery",
    "mailing",
    "shipping",
    "correspondence",
  ],
  patterns: [
    [/GIR ?0AA/, 0.1],
    [new RegExp(`[A-PR-UWYZ](?:[0-9][0-9ABCDEFGHJKPSTUW]?|[A-HK-Y][0-9][0-9ABEHMNPRVWXY]?) ?${INWARD}`), 0.1],
  ],
  source: "Royal Mail, Programmer's guide to PAF, postcode formats; BS 7666",
});

const LETTER = "[A-HJ-PR-Z]";

/** Plates since 2001 name the half-year of registration: 02 to 29 for March, 51 to 79 for September. */
function agedPlate(text: string): Verdict {
  const age = /^[A-Z]{2}([0-9]{2})[A-Z]{3}$/.exec(compact(text))?.[1];
  if (age === undefined) return undefined;
  const half = Number(age) % 50;
  return age === "51" || (Number(age) < 80 && half >= 2 && half <= 29);
}

const plate = patternRecogniser({
  ...UK,
  name: "uk-vehicle-registration",
  entity: "UK_VEHICLE_REGISTRATION",
  needs: { digits: 1, mixed: true, reach: 8 },
  context: [
    "vehicle",
    "registration",
    "number plate",
    "licence plate",
    "license plate",
    "reg",
    "vrn",
    "dvla",
    "v5c",
    "mot",
    "car",
  ],
  patterns: [
    [new RegExp(`[A-HJ-PR-Y]{2}[0-9]{2}[- ]?${LETTER}{3}`), 0.3],
    [new RegExp(`[A-HJ-NPR-TV-Y][0-9]{1,3}[- ]?${LETTER}{3}`), 0.2],
    [new RegExp(`${LETTER}{3}[- ]?[0-9]{1,3}[- ]?[A-HJ-NPR-TV-Y]`), 0.15],
  ],
  validate: agedPlate,
  source: "DVLA INF104, vehicle registration numbers and number plates",
});

const drivingLicence = patternRecogniser({
  ...UK,
  isDefault: true,
  name: "uk-driving-licence",
  entity: "UK_DRIVING_LICENCE",
  needs: { digits: 6, mixed: true },
  context: [
    "driving licence",
    "driving license",
    "driver s licence",
    "driver s license",
    "dvla",
    "dl number",
    "licence number",
  ],
  patterns: [
    [
      /(?=[A-Z]{1,5}9{0,4}[0-9])[A-Z9]{5}[0-9](?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9][A-Z9]{2}[A-Z0-9][A-Z]{2}/,
      0.5,
    ],
  ],
  validate: (text) => (/^[A-Z]{1,5}9*$/i.test(text.slice(0, 5)) ? undefined : false),
  source: "DVLA, driver number: surname, decade, month (+ 50 for women), day, year, initials, check characters",
});

/** Identifiers that the United Kingdom issues. */
export const UNITED_KINGDOM: readonly Recogniser[] = [
  healthService,
  insurance,
  passport,
  postcode,
  plate,
  drivingLicence,
];
