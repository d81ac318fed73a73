/**
 * Luhn's check: counted from the right, every second digit is doubled (minus 9 if above 9); the sum must be a multiple
 * of 10.
 *
 * @source ISO/IEC 7812-1:2017, annex B
 */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    sum += index % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
  }
  return sum % 10 === 0;
}

/**
 * Remainder of a number of digits and letters (A = 10 … Z = 35) modulo 97, as required by MOD 97-10.
 *
 * @source ISO/IEC 7064:2003, MOD 97-10; ISO 13616-1:2020 for IBAN
 */
export function mod97(text: string): number {
  let rest = 0;
  for (const char of text) {
    const value = Number.parseInt(char, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest;
}

/**
 * MOD 11,10: pure system with one decimal check digit, here applied to digits including their check digit.
 *
 * @source ISO/IEC 7064:2003, MOD 11,10
 */
export function passesMod11_10(digits: string): boolean {
  let product = 10;
  for (const char of digits.slice(0, -1)) {
    const sum = (Number(char) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(digits.at(-1));
}

/** Multiplication in the dihedral group D5, rows by columns. */
const D5 = [
  "0123456789",
  "1234067895",
  "2340178956",
  "3401289567",
  "4012395678",
  "5987604321",
  "6598710432",
  "7659821043",
  "8765932104",
  "9876543210",
];

/** Permutations by position from the right, of period 8. */
const PLACES = [
  "0123456789",
  "1576283094",
  "5803796142",
  "8916043527",
  "9453126870",
  "4286573901",
  "2793806415",
  "7046913258",
];

/**
 * Verhoeff's check in the dihedral group D5.
 *
 * @source J. Verhoeff, Error Detecting Decimal Codes, Mathematical Centre Tracts 29, 1969
 */
export function passesVerhoeff(digits: string): boolean {
  let check = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    check = Number(D5[check]![Number(PLACES[index % 8]![digit])]);
  }
  return check === 0;
}

/** Sum of digits times weights; letters count as A = 10 … Z = 35. Weights repeat if there are fewer. */
export function weightedSum(text: string, weights: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < text.length; index++)
    sum += Number.parseInt(text[index]!, 36) * weights[index % weights.length]!;
  return sum;
}

/** The text without spaces, points, hyphens, slashes, colons and underscores, in upper case. */
export function compact(text: string): string {
  return text.replaceAll(/[\s.\-/:_]/g, "").toUpperCase();
}
