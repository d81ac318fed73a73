import { DATE_WITH_YEAR } from "./date-in-words.ts";
import { type Found, patternRecogniser, type Recogniser } from "./recogniser.ts";

const MONTH = "(?:0[1-9]|1[0-2])";
const DAY = "(?:0[1-9]|[12][0-9]|3[01])";
const YEAR = "(?:19|20)[0-9]{2}";

/**
 * Dates of birth in formats that other dates do not have: consecutive digits, or with spaces. The words before them
 * identify them.
 */
export const dateOfBirth = patternRecogniser({
  name: "date-of-birth",
  entity: "DATE_TIME",
  locales: [],
  isDefault: true,
  needs: { digits: 8, reach: 4 },
  context: [
    "dob",
    "d o b",
    "date of birth",
    "birth date",
    "birthdate",
    "born",
    "born on",
    "geburtsdatum",
    "geboren",
    "geb",
    "fecha de nacimiento",
    "nacido",
    "nacida",
    "date de naissance",
    "né le",
    "née le",
    "data di nascita",
    "nascimento",
  ],
  contextWords: 3,
  patterns: [
    [new RegExp(`${YEAR}${MONTH}${DAY}|${MONTH}${DAY}${YEAR}|${DAY}${MONTH}${YEAR}`), 0.06],
    [new RegExp(`${YEAR}\\.${MONTH}\\.${DAY}`), 0.06],
    [new RegExp(`(?:${DAY} ${MONTH}|${MONTH} ${DAY}) ${YEAR}`), 0.06],
  ],
  bestScore: 0.06,
  source: "ISO 8601-1:2019, basic format; forms of registration",
});

/** Words that a date or a year of birth follows. */
const CUE =
  "born|b\\.|d\\.?o\\.?b\\.?|date of birth|birth ?date|birth ?day|birth ?year|year of birth|geb\\.?|geboren|geburtsdatum|geburtsjahr|jahrgang|nacid[oa]|fecha de nacimiento|naissance|née?|nat[oa]|nascita";

/** Words of birth, with the words that may follow them before the date. */
const BEFORE =
  `(?<![\\p{L}\\p{N}])(?:${CUE})(?![\\p{L}\\p{N}])[ :,]{0,3}` +
  "(?:(?:is|was|on|in|back|about|around|circa|the|year|le|en|el|am|im|il|nel|day|of|date) ){0,3}";

const BIRTH = new RegExp(`${BEFORE}(${DATE_WITH_YEAR})(?![0-9])`, "giu");

const AFTER_BIRTH = new RegExp(`${BEFORE}$`, "iu");

/** Number of characters before a date in which words of birth are looked for. */
const REACH = 60;

/** Whether a date at this place of a text is a date of birth by the words before it, or by its field in JSON. */
export function isDateOfBirth(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - REACH), start);
  return AFTER_BIRTH.test(before.replaceAll("_", " ").replaceAll(/["'=]+/g, ""));
}

/** Ages from this one on count as over 89. */
const OLD = 90;

/**
 * A year of birth that implies an age over 89, with the day and month next to it: 45 CFR 164.514(b)(2)(i)(C) requires
 * removing "all elements of dates (including year) indicative of such age". The age is computed for the latest year in
 * the text, or for the year of `asOf` if that is later.
 */
export const oldBirthYear: Recogniser = {
  name: "old-birth-year",
  entity: "AGE",
  locales: [],
  isDefault: false,
  isByNameOnly: true,
  needs: "text",
  context: [],
  isChecked: true,
  find: (text, { asOf }) => {
    const found: Found[] = [];
    const stated = asOf === undefined ? 0 : Number(asOf.slice(0, 4));
    let latest: number | undefined;
    BIRTH.lastIndex = 0;
    for (let match = BIRTH.exec(text); match !== null; match = BIRTH.exec(text)) {
      latest ??= Math.max(stated, ...Array.from(text.matchAll(/(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])/g), Number));
      const year = Number(/(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])/.exec(match[1]!)?.[0]);
      if (latest - year < OLD) continue;
      const end = match.index + match[0].length;
      found.push({ start: end - match[1]!.length, end, score: 1 });
    }
    return found;
  },
  source: "45 CFR 164.514(b)(2)(i)(C), ages over 89 and years that show one",
};
