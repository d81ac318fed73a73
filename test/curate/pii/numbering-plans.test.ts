import fc from "fast-check";
import examples from "libphonenumber-js/mobile/examples";
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import { expect, test } from "vitest";

import { isInternationalNumber, isNationalNumber } from "../../../src/curate/pii/recognisers/numbering-plans.ts";
import { PHONE_REGIONS } from "../../../src/curate/pii/recognisers/phone-number.ts";

const digitsOf = (text: string): string => text.replaceAll(/\D/g, "");

test("the example number of every country is one, written at home and from abroad", () => {
  const wrong = getCountries().filter((region) => {
    const number = getExampleNumber(region, examples)!;
    const national = digitsOf(number.formatNational());
    return !isNationalNumber(national, region) || !isInternationalNumber(digitsOf(number.number));
  });
  expect(wrong).toEqual([]);
});

/** Digits that begin like numbers do: with a prefix, a code, or neither. */
const anyDigits = fc
  .tuple(fc.constantFrom("", "0", "1", "00", "011", "44", "49", "91", "33", "55"), fc.stringMatching(/^[0-9]{6,12}$/))
  .map((parts) => parts.join(""));

test("digits after a plus are a number where the library's own parser says so", () => {
  const codes = fc.constantFrom(...getCountries().map((region) => getCountryCallingCode(region)));
  fc.assert(
    fc.property(codes, fc.stringMatching(/^[1-9][0-9]{5,11}$/), (code, rest) => {
      const expected = parsePhoneNumberFromString(`+${code}${rest}`, { extract: false })?.isValid() === true;
      expect(`${code} ${rest} ${isInternationalNumber(code + rest)}`).toBe(`${code} ${rest} ${expected}`);
    }),
    { numRuns: 3000 },
  );
});

test.each(PHONE_REGIONS)("national digits are a number of %s only where the library's parser agrees", (region) => {
  let agreed = 0;
  fc.assert(
    fc.property(anyDigits, (digits) => {
      if (!isNationalNumber(digits, region)) return;
      agreed += 1;
      const number = parsePhoneNumberFromString(digits, { defaultCountry: region, extract: false });
      expect(`${digits} ${number?.isValid()}`).toBe(`${digits} true`);
    }),
    { numRuns: 2000 },
  );
  expect(agreed).toBeGreaterThan(10);
});

test.each([
  ["DE", "0301234567", true],
  ["DE", "301234567", false], // written with 0 always
  ["FR", "0142685300", true],
  ["FR", "142685300", false],
  ["US", "4155550132", true],
  ["US", "14155550132", true],
  ["US", "1155550132", false],
  ["IN", "914155550132", true], // the code without a plus
  ["GB", "00442071234567", true],
] as const)("in %s, %s: %s", (region, digits, expected) => {
  expect(isNationalNumber(digits, region)).toBe(expected);
});
