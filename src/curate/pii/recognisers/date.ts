import { patternRecogniser } from "./recogniser.ts";

const DAY = "(?:0?[1-9]|[12][0-9]|3[01])";
const MONTH = "(?:0?[1-9]|1[0-2])";
const YEAR = "(?:[0-9]{4}|[0-9]{2})";
const SHORT_MONTH = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)";
const ISO_DAY = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
const CLOCK = "(?:[ ,] ?[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?: ?[AP]\\.?M\\b)?)?";
const ISO_TIME = "[0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?";

/** Formats of a date; those that may begin like another follow it. */
const WHOLE = [
  `(?:${MONTH}/${DAY}|${DAY}/${MONTH})/${YEAR}`,
  `[0-9]{4}/${MONTH}/${DAY}`,
  `(?:${MONTH}-${DAY}|${DAY}-${MONTH})-[0-9]{4}`,
  `[0-9]{4}-${MONTH}-${DAY}`,
  `${DAY}\\.${MONTH}\\.${YEAR}`,
  `${DAY}-${SHORT_MONTH}(?:-${YEAR})?`,
  `${SHORT_MONTH}-${YEAR}`,
];

/** Numeric dates, with ISO 8601 times: day, month and year in any of the usual orders. */
export const date = patternRecogniser({
  name: "date",
  entity: "DATE_TIME",
  locales: [],
  isDefault: true,
  needs: { digits: 2, reach: 12 },
  context: ["date", "birthday", "born", "birth", "dob", "expires", "expiry"],
  patterns: [
    [new RegExp(`${ISO_DAY}T${ISO_TIME}(?:[+-][0-2][0-9]:?[0-5][0-9]|Z)?`), 0.8],
    [new RegExp(`(?:${WHOLE.join("|")})${CLOCK}`), 0.6],
    [new RegExp(`${MONTH}/[0-9]{4}`), 0.2],
    [new RegExp(`${MONTH}/[0-9]{2}`), 0.1],
  ],
  source: "ISO 8601-1:2019; Unicode CLDR, short date formats",
});
