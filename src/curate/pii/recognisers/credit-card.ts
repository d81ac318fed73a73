import { passesLuhn } from "./checksums.ts";
import { patternRecogniser } from "./recogniser.ts";

/**
 * Payment cards by the ranges of their issuers, 12 to 19 digits together or in groups, with Luhn's check.
 *
 * Ranges: American Express 34 and 37, Diners Club 30, 36, 38, 39, JCB 35, 2131 and 1800, Visa 4, Mastercard 51-55 and 2221-2720,
 * Maestro 50, 56-58, 6, Discover and UnionPay 6, Mir 2200-2204; 1 is an airline's (UATP). Numbers of 13 digits that
 * begin with 1 are times in milliseconds.
 */
export const creditCard = patternRecogniser({
  name: "credit-card",
  entity: "CREDIT_CARD",
  locales: [],
  isDefault: true,
  needs: { digits: 12, row: [4, 19] },
  context: ["credit", "card", "visa", "mastercard", "cc", "amex", "discover", "jcb", "diners", "maestro", "debit"],
  patterns: [
    [
      /(?<!\+)(?:3[0-9]{3}|[456][0-9]{3}|1[0-9]{3}|2[2-7][0-9]{2}|2131)[- ]?[0-9]{3,6}[- ]?[0-9]{3,5}(?:[- ]?[0-9]{3,4})?(?:[- ]?[0-9]{1,3})?/,
      0.3,
    ],
  ],
  validate: isCard,
  source: "ISO/IEC 7812-1:2017; ranges as the issuers publish them",
});

function isCard(text: string): boolean {
  const digits = text.replaceAll(/[- ]/g, "");
  if (digits.length < 12 || digits.length > 19 || (digits.length === 13 && digits.startsWith("1"))) return false;
  return passesLuhn(digits);
}
