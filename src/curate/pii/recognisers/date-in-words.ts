import { patternRecogniser } from "./recogniser.ts";

/** Names of months from January, by language; a name that is also a common word must be capitalised. */
const MONTHS = {
  en: "January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec",
  de: "Januar Jänner Februar März Mai Juni Juli Oktober Dezember",
  es: "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre",
  fr: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
  it: "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
  pt: "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
} as const;

const NAMES = [...new Set(Object.values(MONTHS).flatMap((names) => names.split(" ")))];

/** Each name as written, with an initial capital, and in capitals, the longest first. */
const MONTH = `(?:${[...new Set(NAMES.flatMap((name) => [name, capital(name), name.toUpperCase()]))]
  .toSorted((a, b) => b.length - a.length)
  .join("|")})`;

const DAY = "(?:[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th|º|\\.)?";
const YEAR = "(?:1[89]|20)[0-9]{2}";

/** Excludes a digit after a year, and the month and day of a date in figures ("Aug 22, 2022-08-22"). */
const YEAR_END = "(?![0-9]|[-/.][0-9]{1,2}[-/.][0-9])";

/** Dates with the name of a month, in six languages: day and month, with an optional year. */
export const dateInWords = patternRecogniser({
  name: "date-in-words",
  entity: "DATE_TIME",
  locales: [],
  isDefault: true,
  needs: { digits: 1, reach: 24 },
  holds: NAMES,
  context: [],
  patterns: [
    [new RegExp(`${DAY}(?:-| )(?:of |de )?${MONTH}\\.?(?:(?:,| de| del|-)? ?${YEAR}${YEAR_END})?`, "s"), 0.6],
    [new RegExp(`${MONTH}\\.?(?: |-)(?:the )?${DAY}(?:,? ?${YEAR}${YEAR_END})?(?![0-9])`, "s"), 0.6],
  ],
  source: "Unicode CLDR 46, names of months",
});

/**
 * A month and its year. Off by default because it reveals little about a person; Safe Harbor removes all of a date
 * except the year.
 */
export const monthAndYear = patternRecogniser({
  name: "month-and-year",
  entity: "DATE_TIME",
  locales: [],
  isDefault: false,
  needs: { digits: 4, reach: 24, row: [4, 4] },
  holds: NAMES,
  context: [],
  patterns: [[new RegExp(`${MONTH}\\.?,? (?:de |del |of )?${YEAR}${YEAR_END}`, "s"), 0.6]],
  source: "Unicode CLDR 46, names of months; 45 CFR 164.514(b)(2)(i)(C)",
});

/** Source of a pattern for a year with an optional day and month before or after it, in figures or words. */
export const DATE_WITH_YEAR = `(?:(?:${DAY}[-/. ]{1,2}(?:of |de )?)?(?:(?:0?[1-9]|1[0-2])[-/. ]|(?:${DAY}[-/. ])?${MONTH}\\.?,? (?:de |del )?(?:(?:the )?${DAY},? )?))?${YEAR}(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2})?`;

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
