import { type CountryCode, getCountries, getCountryCallingCode, Metadata } from "libphonenumber-js/max";

/**
 * Metadata of a country. The declared type of the library covers only a part of it; the complete structure is in its
 * source, `metadata.js`. A test compares the verdicts here with those of its own, slower parser.
 */
type LibraryPlan = {
  IDDPrefix: () => string;
  nationalNumberPattern: () => string;
  /** The metadata contain the number 0 if there is none. */
  nationalPrefixForParsing: () => string | 0 | undefined;
  nationalPrefixTransformRule: () => string | 0 | undefined;
  formats: () => LibraryFormat[];
  type: (name: string) => { pattern: () => string; possibleLengths: () => number[] | undefined } | undefined;
};

type LibraryFormat = {
  pattern: () => string;
  leadingDigitsPatterns: () => string[];
  nationalPrefixIsMandatoryWhenFormattingInNationalFormat: () => boolean;
};

/** The numbering plan of one country, with compiled patterns. */
type CountryPlan = {
  /** Calling code. */
  code: string;
  any: RegExp;
  types: { pattern: RegExp; lengths: readonly number[] | undefined }[];
  abroad: RegExp;
  prefix: RegExp | undefined;
  rule: string | undefined;
  formats: { pattern: RegExp; leading: RegExp | undefined; needsPrefix: boolean }[];
};

const TYPES = "FIXED_LINE MOBILE PREMIUM_RATE TOLL_FREE SHARED_COST VOIP PERSONAL_NUMBER PAGER UAN VOICEMAIL".split(
  " ",
);

const plans = new Map<CountryCode, CountryPlan>();

let regions: ReadonlyMap<string, readonly CountryCode[]> | undefined;

/**
 * True for digits that are a number of a country in its domestic notation: national with the required prefix, with the
 * country code but without a plus, or with the international dialling prefix. Follows libphonenumber's leniency VALID.
 * As in its Java and Python editions, but not in its JavaScript one, a prefix that is always written is required.
 */
export function isNationalNumber(digits: string, region: CountryCode): boolean {
  const plan = planOf(region);
  const abroad = plan.abroad.exec(digits)?.[0].length ?? 0;
  // No code of a country begins with 0: such digits are national after all.
  if (abroad > 0 && digits[abroad] !== "0") return isInternationalNumber(digits.slice(abroad));
  const { code } = plan;
  const national = withoutPrefix(digits, plan);
  if (plan.any.test(national)) {
    return isAssigned(national, code) && (national !== digits || !needsPrefix(national, code));
  }
  if (!digits.startsWith(code)) return false;
  const rest = withoutPrefix(digits.slice(code.length), plan);
  return plan.any.test(rest) && isAssigned(rest, code);
}

/**
 * True for digits after a plus that consist of a country code and a number of that country; a national prefix in
 * brackets is allowed.
 */
export function isInternationalNumber(digits: string): boolean {
  for (const length of [1, 2, 3]) {
    const code = digits.slice(0, length);
    const [main] = regionsOf(code);
    if (main !== undefined) {
      const rest = digits.slice(length);
      return isAssigned(rest, code) || isAssigned(withoutPrefix(rest, planOf(main)), code);
    }
  }
  return false;
}

/** True if one of the countries that share a code assigns such numbers to some type of line. */
function isAssigned(national: string, code: string): boolean {
  return regionsOf(code).some((region) => {
    const { any, types } = planOf(region);
    return (
      any.test(national) &&
      types.some(({ pattern, lengths }) => lengths?.includes(national.length) !== false && pattern.test(national))
    );
  });
}

/** The number without the prefix of its country (0, 1) and of a carrier, if the remainder may be a number. */
function withoutPrefix(digits: string, { prefix, rule, any }: CountryPlan): string {
  const match = prefix?.exec(digits);
  if (prefix === undefined || match === null || match === undefined || match[0] === "") return digits;
  const last = match.length > 1 ? match.at(-1) : undefined;
  const rest = rule !== undefined && last !== undefined ? digits.replace(prefix, rule) : digits.slice(match[0].length);
  return any.test(digits) && !any.test(rest) ? digits : rest;
}

/** True if the country's preferred format of such a number always has the national prefix. */
function needsPrefix(national: string, code: string): boolean {
  const format = planOf(regionsOf(code)[0]!).formats.find(
    ({ pattern, leading }) => leading?.test(national) !== false && pattern.test(national),
  );
  return format?.needsPrefix === true;
}

/** Countries with a calling code, the main one first. */
function regionsOf(code: string): readonly CountryCode[] {
  if (regions === undefined) {
    const lists = new Map<string, CountryCode[]>();
    for (const region of getCountries()) {
      const own = getCountryCallingCode(region);
      lists.set(own, [...(lists.get(own) ?? []), region]);
    }
    for (const list of lists.values()) {
      list.sort((a, b) => MAIN.indexOf(b) - MAIN.indexOf(a));
    }
    regions = lists;
  }
  return regions.get(code) ?? [];
}

/** Main countries of calling codes that several countries share. @source libphonenumber, `mainCountryForCode` */
const MAIN: readonly string[] = ["US", "RU", "GB", "AU", "IT", "NO", "FI", "MA", "RE", "GP", "CW", "SH"];

function planOf(region: CountryCode): CountryPlan {
  let plan = plans.get(region);
  if (plan === undefined) {
    const metadata = new Metadata();
    metadata.selectNumberingPlan(region);
    plan = compiled(metadata.numberingPlan as unknown as LibraryPlan, getCountryCallingCode(region));
    plans.set(region, plan);
  }
  return plan;
}

function compiled(library: LibraryPlan, code: string): CountryPlan {
  const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
  const start = (pattern: string): RegExp => new RegExp(`^(?:${pattern})`);
  const prefix = library.nationalPrefixForParsing() || undefined;
  return {
    code,
    any: whole(library.nationalNumberPattern()),
    types: TYPES.flatMap((name) => {
      const type = library.type(name);
      const pattern = type?.pattern() ?? "";
      return pattern === "" ? [] : [{ pattern: whole(pattern), lengths: type?.possibleLengths() }];
    }),
    abroad: start(library.IDDPrefix()),
    prefix: prefix === undefined ? undefined : start(prefix),
    rule: library.nationalPrefixTransformRule() || undefined,
    formats: library.formats().map((format) => ({
      pattern: whole(format.pattern()),
      leading: format.leadingDigitsPatterns().length === 0 ? undefined : start(format.leadingDigitsPatterns().at(-1)!),
      needsPrefix: format.nationalPrefixIsMandatoryWhenFormattingInNationalFormat(),
    })),
  };
}
