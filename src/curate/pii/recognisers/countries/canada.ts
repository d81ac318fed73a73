import { compact, passesLuhn } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser } from "../recogniser.ts";

const socialInsurance = patternRecogniser({
  name: "ca-sin",
  against: NUMBERS_OF_TRADE,
  entity: "CA_SIN",
  locales: ["CA"],
  isDefault: false,
  needs: { digits: 9, row: [3, 9] },
  context: ["sin", "social insurance", "nas", "assurance sociale", "canada"],
  patterns: [
    [/[1-79][0-9]{2}([- ])[0-9]{3}\1[0-9]{3}/, 0.5],
    [/[1-79][0-9]{8}/, 0.05],
  ],
  // One number in ten passes Luhn's check by chance: it refutes, it does not prove.
  validate: (text) => (passesLuhn(compact(text)) ? undefined : false),
  source: "Employment and Social Development Canada: Luhn's check; first digit not 0 or 8",
});

/** Identifiers that Canada issues. */
export const CANADA: readonly Recogniser[] = [socialInsurance];
