import { fold } from "../names/fold.ts";

/**
 * Calling codes of one and two digits; all others have three. @source ITU-T E.164; a test compares them with
 * libphonenumber
 */
export const SHORT_CODES: ReadonlySet<string> = new Set(
  "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98".split(
    " ",
  ),
);

/** Entities whose values are words: case, accents and spaces make no difference. */
const WORDS = new Set(["PERSON", "LOCATION", "STREET_ADDRESS", "ORGANIZATION", "NRP", "TITLE", "DATE_TIME", "AGE"]);

/** Entities in which case makes a difference. */
const CASED = new Set(["CRYPTO", "SECRET"]);

/**
 * A value without differences of notation, so that variants get the same hash and the same surrogate: separators,
 * capitals, accents of words, and the country code and leading 0 of a telephone number. Numbers of two countries that
 * differ only in the country code become equal.
 */
export function canonicalValue(type: string, value: string): string {
  if (WORDS.has(type)) return fold(value).replaceAll(/\s+/g, " ").trim();
  if (type === "EMAIL_ADDRESS" || type === "IP_ADDRESS") return value.trim().toLowerCase();
  if (type === "URL") return value.trim();
  const plain = value.normalize("NFKC");
  const bare = plain.replaceAll(/[^\p{L}\p{N}]/gu, "");
  if (type === "PHONE_NUMBER") return nationalNumber(plain, bare.toUpperCase());
  return CASED.has(type) ? bare : bare.toUpperCase();
}

/** Digits of a telephone number within its country. */
function nationalNumber(value: string, bare: string): string {
  const abroad = /^\D*\+/.test(value) ? "" : (/^(?:011|00)(?=[1-9]\d{7})/.exec(bare)?.[0] ?? undefined);
  if (abroad === undefined) return bare.replace(/^1(?=[2-9]\d{9}(?:\D|$))/, "").replace(/^0(?=\d{6})/, "");
  const whole = bare.slice(abroad.length);
  const length = [1, 2].find((value) => SHORT_CODES.has(whole.slice(0, value))) ?? 3;
  return whole.slice(length).replace(/^0(?=\d{6})/, "");
}
