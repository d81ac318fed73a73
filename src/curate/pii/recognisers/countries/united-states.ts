import { compact, passesLuhn, weightedSum } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser } from "../recogniser.ts";

const US = { locales: ["US"], isDefault: true } as const;

const socialSecurityNumber = patternRecogniser({
  ...US,
  name: "us-ssn",
  entity: "US_SSN",
  needs: { digits: 9, row: [4, 9] },
  context: ["social", "security", "social security", "ssn", "ssid", "ss #", "soc sec"],
  patterns: [
    [/[0-9]{3}([- .])[0-9]{2}\1[0-9]{4}/, 0.5],
    [/[0-9]{5}-[0-9]{4}/, 0.05],
    [/[0-9]{3}-[0-9]{6}/, 0.05],
    [/[0-9]{9}/, 0.05],
  ],
  validate: (text) => {
    const digits = compact(text);
    if (/^(?:000|666|9)|^.{3}00|0000$/.test(digits) || /^(.)\1*$/.test(digits)) return false;
    return PRINTED_SSNS.has(digits) ? false : undefined;
  },
  source:
    "Social Security Administration, POMS RM 10201.035 (never assigned: area 000, 666, 900-999; group 00; serial 0000)",
});

/**
 * Numbers printed in advertisements, which do not belong to anybody. @source SSA, history: SSNs misused by thousands
 */
const PRINTED_SSNS: ReadonlySet<string> = new Set(["078051120", "219099999", "123456789"]);

const GROUP = "(?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-2]|9[4-9])";

const taxpayerNumber = patternRecogniser({
  ...US,
  name: "us-itin",
  entity: "US_ITIN",
  needs: { digits: 9, row: [4, 9] },
  context: ["individual taxpayer", "taxpayer", "itin", "tax", "tax id", "taxid", "tin"],
  patterns: [
    [new RegExp(`9[0-9]{2}[- ]${GROUP}[- ][0-9]{4}`), 0.5],
    [new RegExp(`9[0-9]{2}${GROUP}[0-9]{4}`), 0.3],
    [new RegExp(`9[0-9]{2}(?:[- ]${GROUP}|${GROUP}[- ])[0-9]{4}`), 0.05],
  ],
  source: "IRS, Internal Revenue Manual 3.21.263 (fourth and fifth digits 50-65, 70-88, 90-92, 94-99)",
});

const passport = patternRecogniser({
  ...US,
  name: "us-passport",
  entity: "US_PASSPORT",
  needs: { digits: 8, row: [8, 9] },
  context: ["passport", "travel document", "us passport", "united states"],
  patterns: [
    [/[A-Z][0-9]{8}/, 0.1],
    [/[0-9]{9}/, 0.05],
  ],
  source: "US Department of State: nine digits, since 2021 one letter and eight digits",
});

const driverLicense = patternRecogniser({
  ...US,
  name: "us-driver-license",
  entity: "US_DRIVER_LICENSE",
  needs: { digits: 3 },
  context: ["driver", "license", "licence", "permit", "dl", "lic", "identification", "dls", "cdls", "driving"],
  patterns: [
    [/[A-Z][0-9]{3,14}|[A-Z][0-9]{18}|[A-Z][0-9]{6}R|[A-Z]{2}[0-9]{2,7}|[A-Z]{2}[0-9]{6}[A-Z]/, 0.3],
    [/[0-9]{2}[A-Z]{3}[0-9]{5,6}|[0-9]{3}[A-Z]{2}[0-9]{4}|[0-9]{7,9}[A-Z]|[0-9]{8}[A-Z]{2}/, 0.3],
    [/[A-Z][0-9][A-Z][0-9][A-Z]|[A-Z]{3}[A-Z*]{2,4}[0-9]{3}[A-Z0-9]{2}/, 0.3],
    [/[0-9]{6,14}|[0-9]{16}/, 0.01],
  ],
  source: "AAMVA members' formats by state, as the motor vehicle departments publish them",
});

const bankAccount = patternRecogniser({
  ...US,
  name: "us-bank-account",
  entity: "US_BANK_NUMBER",
  needs: { digits: 8, row: [8, 17] },
  context: ["check", "account", "acct", "bank", "savings", "checking", "debit", "account number"],
  patterns: [[/[0-9]{8,17}/, 0.05]],
  source: "Nacha Operating Rules: account numbers of up to 17 digits, without structure",
});

const routingNumber = patternRecogniser({
  ...US,
  isDefault: false,
  name: "us-aba-routing",
  entity: "ABA_ROUTING_NUMBER",
  needs: { digits: 9, row: [4, 9] },
  context: ["aba", "routing", "routing number", "rtn", "transit"],
  patterns: [
    [/(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{2}-[0-9]{4}-[0-9]/, 0.3],
    [/(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{7}/, 0.05],
  ],
  validate: (text) => weightedSum(compact(text), [3, 7, 1]) % 10 === 0 && !/^0+$/.test(compact(text)),
  source: "American Bankers Association, routing number policy: prefixes and weights 3, 7, 1",
});

const LETTER = "[AC-HJKMNP-RT-Y]";
const EITHER = "[0-9AC-HJKMNP-RT-Y]";

const beneficiary = patternRecogniser({
  ...US,
  name: "us-mbi",
  entity: "US_MBI",
  needs: { digits: 5, mixed: true },
  context: ["medicare", "mbi", "beneficiary", "cms", "medicaid", "hic", "hicn"],
  patterns: [
    [new RegExp(`[1-9]${LETTER}${EITHER}[0-9]-${LETTER}${EITHER}[0-9]-${LETTER}{2}[0-9]{2}`), 0.5],
    [new RegExp(`[1-9]${LETTER}${EITHER}[0-9]${LETTER}${EITHER}[0-9]${LETTER}{2}[0-9]{2}`), 0.3],
  ],
  source: "CMS, Understanding the Medicare Beneficiary Identifier format (letters without S, L, O, I, B, Z)",
});

const providerIdentifier = patternRecogniser({
  ...US,
  isDefault: false,
  name: "us-npi",
  against: NUMBERS_OF_TRADE,
  entity: "US_NPI",
  needs: { digits: 10, row: [3, 10] },
  context: ["npi", "national provider", "provider", "provider id", "provider identifier", "taxonomy"],
  patterns: [
    [/[12][0-9]{3}[ -][0-9]{3}[ -][0-9]{3}/, 0.4],
    [/[12][0-9]{9}/, 0.1],
  ],
  validate: (text) => passesLuhn(`80840${compact(text)}`) && !/^(.)\1{8}/.test(compact(text)),
  source: "CMS, NPI check digit calculation: Luhn's check over 80840 and the number",
});

const deaNumber = patternRecogniser({
  ...US,
  name: "us-dea-number",
  entity: "MEDICAL_LICENSE",
  needs: { digits: 7, mixed: true, row: [7, 8] },
  context: ["medical", "certificate", "dea", "registration", "prescriber"],
  patterns: [[/[ABCDEFGHJKLMPRSTUX][A-Z9][0-9]{7}/, 0.4]],
  validate: (text) => {
    const digits = Array.from(text.slice(2), Number);
    const sum = digits[0]! + digits[2]! + digits[4]! + 2 * (digits[1]! + digits[3]! + digits[5]!);
    return sum % 10 === digits[6];
  },
  source: "Drug Enforcement Administration, Practitioner's Manual: registration numbers and their check digit",
});

/**
 * Licence plates of the fifty states and others, by their common shape: five to eight characters with both letters and
 * digits. Scores are low if they are not separated.
 */
const licensePlate = patternRecogniser({
  ...US,
  isDefault: false,
  name: "us-license-plate",
  entity: "US_LICENSE_PLATE",
  needs: { digits: 2, reach: 8 },
  context: ["license plate", "licence plate", "license tag", "plate", "tag", "tag number", "tag no", "number plate"],
  contextWords: 3,
  patterns: [
    [/(?=[A-Z0-9]{0,4}[A-Z])(?=[A-Z]{0,4}[0-9])[A-Z0-9]{5,8}/, 0.05],
    [
      /(?=[A-Z0-9]{0,4}[- ]?[A-Z0-9]{0,3}[0-9]{2})(?=[0-9]{0,4}[- ]?[0-9]{0,3}[A-Z])(?:[A-Z]{2,4}|[0-9]{1,4}|[A-Z0-9]{2,4})[- ](?:[A-Z]{2,4}|[0-9]{2,5}|[A-Z0-9]{3,4})/s,
      0.05,
    ],
  ],
  bestScore: 0.05,
  source:
    "45 CFR 164.514(b)(2)(i)(L); states' departments of motor vehicles: no common standard but the size of a plate",
});

/** Identifiers that the United States issues. */
export const UNITED_STATES: readonly Recogniser[] = [
  socialSecurityNumber,
  taxpayerNumber,
  passport,
  driverLicense,
  bankAccount,
  routingNumber,
  beneficiary,
  providerIdentifier,
  deaNumber,
  licensePlate,
];
