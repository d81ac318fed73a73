import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type PhoneNumber,
} from "libphonenumber-js/max";

import { isInternationalNumber, isNationalNumber } from "./numbering-plans.ts";
import { NUMBERS_OF_TRADE } from "./numbers-of-trade.ts";
import { type FindOptions, type Found, type Recogniser } from "./recogniser.ts";

/** Countries whose national notation is recognised by default, as in Presidio. */
export const PHONE_REGIONS = ["US", "GB", "DE", "FR", "IL", "IN", "CA", "BR"] as const;

const SCORE = 0.4;

/** Score of digits that are just as often another kind of number: only nearby words make them a telephone number. */
const DOUBTFUL = 0.1;

/**
 * Seven to about twenty digits with little punctuation between them, and an extension; a longer run of digits is not a
 * number.
 */
const CANDIDATE =
  /\d{18,}|(?:\+{1,2}|\uff0b)?[([]?\d(?:[ \u00a0().\-\u2010-\u2015/[\]~]{0,4}\d){6,20}(?:;ext=|[ \u00a0,]{0,2}(?:ext\.?|extn\.?|extension|x)[ :]{0,2})?(?:(?<=[=x.tn: ])\d{1,7})?/gi;

/** Separators of two numbers that were written as one. */
const PARTINGS: readonly RegExp[] = [
  /\//g,
  /(?<=[\d)]) ?(?=\(\d)/g,
  / [-\u2010-\u2015] | [-\u2010-\u2015]|[-\u2010-\u2015] /g,
  /\. /g,
  / /g,
];

/** Consecutive digits, which are one number or none. */
const WITHOUT_PARTS = /^\+?\d+$/;

/** Telephone and fax numbers, checked against the numbering plan of their country. */
export const phoneNumber: Recogniser = {
  name: "phone-number",
  entity: "PHONE_NUMBER",
  locales: [],
  isDefault: true,
  needs: { digits: 7 },
  context: [
    "phone",
    "telephone",
    "tel",
    "cell",
    "cellphone",
    "mobile",
    "call",
    "fax",
    "phone number",
    "whatsapp",
    "sms",
  ],
  against: NUMBERS_OF_TRADE,
  find: findNumbers,
  isChecked: true,
  source: "ITU-T E.164; numbering plans of Google's libphonenumber",
};

function findNumbers(text: string, options: FindOptions): Found[] {
  const regions = regionsOf(options.phoneRegions ?? PHONE_REGIONS);
  const leniency = options.phoneLeniency ?? 1;
  const found: Found[] = [];
  CANDIDATE.lastIndex = 0;
  for (let match = CANDIDATE.exec(text); match !== null; match = CANDIDATE.exec(text)) {
    if (/^\d{18}/.test(match[0])) continue;
    found.push(...numbersIn(text, match.index, { length: match[0].length, regions, leniency }));
  }
  return found;
}

type Search = { length: number; regions: readonly CountryCode[]; leniency: number };

/** The candidate as one number, otherwise the numbers in its parts. */
function numbersIn(text: string, start: number, { length, regions, leniency }: Search): Found[] {
  const whole = text.slice(start, start + length);
  const isNumber = (from: number, to: number): boolean => {
    const part = text.slice(from, to);
    return isPlausible(part) && isFree(text, { start: from, end: to, leniency }) && isValid(part, regions, leniency);
  };
  const scoreOf = (from: number, to: number): number => (isDoubtful(text, from, to) ? DOUBTFUL : SCORE);
  if (isNumber(start, start + length)) return [{ start, end: start + length, score: scoreOf(start, start + length) }];
  if (WITHOUT_PARTS.test(whole)) return [];
  for (const parting of PARTINGS) {
    const found: Found[] = [];
    let from = 0;
    for (const gap of [...whole.matchAll(parting), undefined]) {
      const part = whole.slice(from, gap?.index ?? whole.length);
      const lead = /^[^\d+([]*/.exec(part)![0].length;
      const trail = /[^\d]*$/.exec(part)![0].length;
      const [first, last] = [start + from + lead, start + from + part.length - trail];
      if (part.length < length && last - first >= 7 && isNumber(first, last)) {
        found.push({ start: first, end: last, score: scoreOf(first, last) });
      }
      if (gap !== undefined) from = gap.index + gap[0].length;
    }
    if (found.length > 0) return found;
  }
  return [];
}

/** False for dates, times, sums, fractions, regular sequences of digits, and unbalanced brackets. */
function isPlausible(part: string): boolean {
  if (/^[1-9]\d{2,}(?:\/| [-\u2013] )[1-9]\d{2,}$|^[1-5]\d{4,}-\d{5,}$|^0123456789$/.test(part)) return false;
  if (/^\+?\d0{6,}$|^(?:214748364[78]|429496729[56])$/.test(part)) return false; // a power of ten or of two
  if (/^\d{1,4}\/\d{1,2}\/\d{1,4}$|^[12]\d{3}[-/]?[01]\d[-/]?[0-3]\d +[0-2]\d/.test(part)) return false;
  return part.replaceAll(/[^(]/g, "").length === part.replaceAll(/[^)]/g, "").length;
}

/**
 * True for a standard with its year ("0201-1976"), a fraction ("15.56158"), a version of four parts with a one-digit
 * part ("88.0.4324.150"), and a version after the name of a product as in a user agent ("Firefox/115.20100101").
 *
 * @source ISO/IEC Directives, reference of a standard; RFC 9110, 10.1.5: product = token "/" version
 */
function isDoubtful(text: string, start: number, end: number): boolean {
  const part = text.slice(start, end);
  if (/^\d{3,5} ?[-\u2013:] ?(?:19|20)\d\d$|^[1-9]?\d{1,2}\.\d{4,}$/.test(part)) return true;
  if (/^\d+(?:\.\d+){2,}$/.test(part) && (/(?:^|\.)\d(?:\.|$)/.test(part) || isAfter(text, start, /\bv$/i)))
    return true;
  return isAfter(text, start, PRODUCT);
}

/** The name of a product and a slash; not the label of a telephone number. */
const PRODUCT = /(?:^|[^\p{L}\d])(?!(?:tel|phone|fax|mob|mobile|cell|ph)\/)[\p{L}][\p{L}\d_.-]{1,30}\/$/iu;

function isAfter(text: string, start: number, pattern: RegExp): boolean {
  return pattern.test(text.slice(Math.max(0, start - 33), start));
}

/** Units after a count: "5551234567 bytes". */
const QUANTITY = /^ (?:bytes?|tokens?|rows?|records?|users?|people|times|dollars|euros|ms|seconds|years|[kmgt]i?b)\b/i;

/** True if no letter, currency sign or percent sign is adjacent, and no further digits follow a point or hyphen. */
function isFree(text: string, { start, end, leniency }: { start: number; end: number; leniency: number }): boolean {
  if (leniency === 0) return true;
  const [before, after] = [text[start - 1] ?? " ", text[end] ?? " "];
  const touches = /[\p{Script=Latin}\p{Sc}%_]/u;
  const startsOpen = /[+([]/.test(text[start]!);
  if (/\d/.test(after) || touches.test(after) || (!startsOpen && (touches.test(before) || /\d/.test(before))))
    return false;
  if (
    /[<>=*^]\$?-?$|(?:^|[\s(=])-$/.test(text.slice(Math.max(0, start - 3), start)) ||
    /^ ?[<>=*^]/.test(text.slice(end, end + 2))
  )
    return false;
  if (QUANTITY.test(text.slice(end, end + 14))) return false;
  return !/[\d][.\-/]$/.test(text.slice(Math.max(0, start - 2), start)) && !/^[.\-/]\d/.test(text.slice(end, end + 2));
}

function isValid(part: string, regions: readonly CountryCode[], leniency: number): boolean {
  const digits = part.replace(/(?:;ext|,? ?e?xt?n?).*$/i, "").replaceAll(/\D/g, "");
  const isInternational = /^[+\uff0b]/.test(part);
  if (leniency === 1) {
    return isInternational ? isInternationalNumber(digits) : regions.some((region) => isNationalNumber(digits, region));
  }
  return (isInternational ? regions.slice(0, 1) : regions).some((region) => {
    if (leniency > 1 && !isInternational && !isNationalNumber(digits, region)) return false;
    const number = parsePhoneNumberFromString(part, { defaultCountry: region, extract: false });
    if (leniency === 0 || number === undefined) return number?.isPossible() === true;
    return number.isValid() && isGrouped(part, number, leniency === 3);
  });
}

/**
 * True if written in the groups of its country: no group is split (leniency 2), or exactly these groups or none (3).
 */
function isGrouped(part: string, number: PhoneNumber, exactly: boolean): boolean {
  const groupsOf = (written: string): string[] => written.match(/\d+/g) ?? [];
  const usual = groupsOf(number.formatInternational().replace(/^\+\d+/, ""));
  const written = groupsOf(part);
  const national = number.nationalNumber;
  if (written.some((group) => group.endsWith(national))) return true;
  if (exactly) return written.join(" ").endsWith(usual.join(" "));
  const ends = (groups: readonly string[]): number[] => {
    let left = 0;
    return groups.toReversed().map((group) => (left += group.length));
  };
  const allowed = new Set(ends(usual));
  return ends(written).every((end) => end >= national.length || allowed.has(end));
}

const regionLists = new WeakMap<readonly string[], readonly CountryCode[]>();

/** One country of each calling code: the countries of North America share one and have the same rules. */
function regionsOf(names: readonly string[]): readonly CountryCode[] {
  const known = regionLists.get(names);
  if (known !== undefined) return known;
  const codes = new Set<string>();
  const regions = names
    .filter((name) => isSupportedCountry(name))
    .filter((name) => {
      const code = getCountryCallingCode(name);
      return !codes.has(code) && codes.add(code);
    });
  regionLists.set(names, regions);
  return regions;
}
