import { compact, weightedSum } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser } from "../recogniser.ts";

const thaiIdentity = patternRecogniser({
  name: "th-tnin",
  against: NUMBERS_OF_TRADE,
  entity: "TH_TNIN",
  locales: ["TH"],
  isDefault: false,
  needs: { digits: 13, row: [13, 13] },
  context: ["thai national id", "thai id", "tnin", "เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "รหัสปชช"],
  patterns: [[/[1-9](?:[134][0-9]|2[0-7]|5[0-8]|[67][0-7]|[89][0-6])[0-9]{10}/, 0.5]],
  validate: (text) => {
    const sum = weightedSum(text.slice(0, 12), [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    return (11 - (sum % 11)) % 10 === Number(text[12]);
  },
  source: "Department of Provincial Administration: kind of person, province, weights 13 to 2, modulo 11",
});

const philippineTaxpayer = patternRecogniser({
  name: "ph-tin",
  entity: "PH_TIN",
  locales: ["PH"],
  isDefault: false,
  needs: { digits: 9, row: [3, 12] },
  context: ["tin", "taxpayer identification number", "bir", "taxpayer id", "tax id", "rdo"],
  patterns: [
    [/[0-9]{3}-[0-9]{3}-[0-9]{3}(?:-[0-9]{3})?/, 0.05],
    [/[0-9]{9}(?:[0-9]{3})?/, 0.01],
  ],
  // One number in eleven passes by chance: it refutes, it does not prove.
  validate: (text) => {
    const digits = compact(text);
    return weightedSum(digits.slice(0, 8), [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === Number(digits[8]) ? undefined : false;
  },
  source: "Bureau of Internal Revenue: nine digits with a check digit modulo 11, and a branch code",
});

const philippineMobile = patternRecogniser({
  name: "ph-mobile-number",
  entity: "PH_MOBILE_NUMBER",
  locales: ["PH"],
  isDefault: false,
  needs: { digits: 11 },
  context: ["mobile", "phone", "cell", "cellphone", "telepono", "numero", "contact number", "call", "tawag", "sms"],
  patterns: [
    [/(?<!\d)\+63[ -]?(?:\(9[0-9]{2}\)|9[0-9]{2})[ -]?[0-9]{3}[ -]?[0-9]{4}/, 0.4],
    [/(?<![\d+])0[ -]?(?:\(9[0-9]{2}\)|9[0-9]{2})[ -]?[0-9]{3}[ -]?[0-9]{4}/, 0.35],
  ],
  edges: "digit",
  source: "National Telecommunications Commission: 9 and nine digits after +63 or 0",
});

/** Identifiers that Thailand and the Philippines issue. */
export const SOUTH_EAST_ASIA: readonly Recogniser[] = [thaiIdentity, philippineTaxpayer, philippineMobile];
