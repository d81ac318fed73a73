import { compact, weightedSum } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser, type Verdict } from "../recogniser.ts";

const KR = { locales: ["KR"], isDefault: false, edges: "digit" } as const;

const BIRTH = "[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])";
const WEIGHTS = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];

/**
 * Confirmed by its check digit. Numbers issued since October 2020 have none, so a different digit leaves it undecided.
 */
function hasCheckDigit(text: string, base: 11 | 13): Verdict {
  const digits = compact(text);
  return (base - (weightedSum(digits.slice(0, 12), WEIGHTS) % 11)) % 10 === Number(digits[12]) ? true : undefined;
}

const resident = patternRecogniser({
  ...KR,
  name: "kr-rrn",
  against: NUMBERS_OF_TRADE,
  entity: "KR_RRN",
  needs: { digits: 13, row: [6, 13] },
  context: ["resident registration number", "rrn", "주민등록번호", "주민번호"],
  patterns: [[new RegExp(`${BIRTH}-?[1-4][0-9]{6}`), 0.5]],
  validate: (text) => hasCheckDigit(text, 11),
  source: "Ministry of the Interior and Safety, Resident Registration Act: weights 2 to 9 and 2 to 5, modulo 11",
});

const foreigner = patternRecogniser({
  ...KR,
  name: "kr-frn",
  entity: "KR_FRN",
  needs: { digits: 13, row: [6, 13] },
  context: ["foreigner registration number", "frn", "외국인등록번호", "외국인번호"],
  patterns: [[new RegExp(`${BIRTH}-?[5-8][0-9]{6}`), 0.5]],
  validate: (text) => hasCheckDigit(text, 13),
  source: "Korea Immigration Service: as for residents, the check digit two higher",
});

const business = patternRecogniser({
  ...KR,
  name: "kr-brn",
  entity: "KR_BRN",
  needs: { digits: 10, row: [5, 10] },
  context: ["사업자등록번호", "사업자번호", "사업자", "brn", "business registration number", "tax registration number"],
  patterns: [
    [/[0-9]{3}-[0-9]{2}-[0-9]{5}(?![A-Z])/, 0.1],
    [/[0-9]{10}(?![A-Z])/, 0.05],
  ],
  validate: (text) => {
    const digits = compact(text);
    if (/^(?:0|100)|^.{3}00|^.{5}0000/.test(digits)) return false;
    const sum = weightedSum(digits.slice(0, 9), [1, 3, 7, 1, 3, 7, 1, 3, 5]) + Math.floor((Number(digits[8]) * 5) / 10);
    return (10 - (sum % 10)) % 10 === Number(digits[9]);
  },
  source:
    "National Tax Service: weights 1, 3, 7, 1, 3, 7, 1, 3, 5 and the carry of the last, modulo 10; office from 101, kind from 01, serial from 0001",
});

const driverLicense = patternRecogniser({
  ...KR,
  name: "kr-driver-license",
  entity: "KR_DRIVER_LICENSE",
  needs: { digits: 12, row: [6, 12] },
  context: ["운전면허", "운전면허번호", "면허번호", "driver license", "driver s license"],
  patterns: [[/(?:1[1-9]|2[0-68])[- ]?[0-9]{2}[- ]?[0-9]{6}[- ]?[0-9]{2}/, 0.05]],
  // No check digit: the office that issued it is all that can be checked.
  validate: () => true,
  source: "Korea Road Traffic Authority: office 11 to 26 and 28, year, number, check",
});

const passport = patternRecogniser({
  ...KR,
  edges: "none",
  name: "kr-passport",
  entity: "KR_PASSPORT",
  needs: { digits: 7, mixed: true, row: [3, 8] },
  context: ["korean passport", "passport", "여권", "여권번호", "대한민국 여권"],
  patterns: [
    [/(?<![A-Z0-9])[MSROD][0-9]{3}[A-Z][0-9]{4}(?![0-9])/, 0.1],
    [/(?<![A-Z0-9])[MSROD][0-9]{8}(?![0-9])/, 0.05],
  ],
  source: "Ministry of Foreign Affairs: a letter and eight digits; since 2021 a letter in the fifth place",
});

/** Identifiers that South Korea issues. */
export const KOREA: readonly Recogniser[] = [resident, foreigner, business, driverLicense, passport];
