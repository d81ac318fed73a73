import { compact, weightedSum } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser } from "../recogniser.ts";

const AU = { locales: ["AU"], isDefault: false } as const;

const businessNumber = patternRecogniser({
  ...AU,
  name: "au-abn",
  entity: "AU_ABN",
  needs: { digits: 11, row: [3, 11] },
  context: ["australian business number", "abn"],
  patterns: [
    [/[0-9]{2} [0-9]{3} [0-9]{3} [0-9]{3}/, 0.1],
    [/[0-9]{11}/, 0.01],
  ],
  validate: (text) => {
    const digits = compact(text);
    const weights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
    return digits[0] !== "0" && (weightedSum(digits, weights) - weights[0]!) % 89 === 0;
  },
  source: "Australian Business Register, format of the ABN: first digit less 1, weights 10, 1, 3 … 19, modulo 89",
});

const companyNumber = patternRecogniser({
  ...AU,
  name: "au-acn",
  entity: "AU_ACN",
  needs: { digits: 9, row: [3, 9] },
  context: ["australian company number", "acn"],
  patterns: [
    [/[0-9]{3} [0-9]{3} [0-9]{3}/, 0.1],
    [/[0-9]{9}/, 0.01],
  ],
  validate: (text) => {
    const digits = compact(text);
    return (10 - (weightedSum(digits.slice(0, 8), [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === Number(digits[8]);
  },
  source: "ASIC, Australian Company Number digit check",
});

const taxFileNumber = patternRecogniser({
  ...AU,
  name: "au-tfn",
  against: NUMBERS_OF_TRADE,
  entity: "AU_TFN",
  needs: { digits: 9, row: [3, 9] },
  context: ["tax file number", "tfn"],
  patterns: [
    [/[0-9]{3} [0-9]{3} [0-9]{3}/, 0.1],
    [/[0-9]{9}/, 0.01],
  ],
  validate: (text) =>
    weightedSum(compact(text), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0 && !/^0+$/.test(compact(text)),
  source: "Australian Taxation Office: weights 1, 4, 3, 7, 5, 8, 6, 9, 10, modulo 11",
});

const medicare = patternRecogniser({
  ...AU,
  name: "au-medicare",
  against: NUMBERS_OF_TRADE,
  entity: "AU_MEDICARE",
  needs: { digits: 10, row: [5, 10] },
  context: ["medicare"],
  patterns: [
    [/[2-6][0-9]{3} [0-9]{5} [0-9]/, 0.1],
    [/[2-6][0-9]{9}/, 0.01],
  ],
  validate: (text) => {
    const digits = compact(text);
    return weightedSum(digits.slice(0, 8), [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8]);
  },
  source: "Services Australia, METEOR 270101: first digit 2 to 6, ninth digit a check, tenth the issue",
});

/** Identifiers that Australia issues. */
export const AUSTRALIA: readonly Recogniser[] = [businessNumber, companyNumber, taxFileNumber, medicare];
