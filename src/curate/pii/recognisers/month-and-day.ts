import { patternRecogniser } from "./recogniser.ts";

const PADDED = "(?:0[1-9]|1[0-2])/(?:0[1-9]|[12][0-9]|3[01])";
const WORDS =
  "date dates dob birthday born exp expires expiry admitted admission discharged discharge visit seen appointment due since on dos".split(
    " ",
  );

const COMMON = { entity: "DATE_TIME", locales: [], needs: { digits: 4, reach: 8, row: [2, 2] } } as const;

/** A month and a day in two figures each, near a word of dates: "seen on 08/22". */
export const monthAndDay = patternRecogniser({
  ...COMMON,
  name: "month-and-day",
  isDefault: true,
  context: WORDS,
  contextWords: 3,
  patterns: [[new RegExp(`(?<![/.\\d])${PADDED}(?![/%.]?\\d)`), 0.05]],
  bestScore: 0.05,
  source: "Unicode CLDR, short date formats",
});

/**
 * A month and day without such a word, if one of the two begins with 0, as no fraction or score does. For Safe Harbor,
 * which removes all of a date except the year.
 */
export const paddedMonthAndDay = patternRecogniser({
  ...COMMON,
  name: "padded-month-and-day",
  isDefault: false,
  isByNameOnly: true,
  context: [],
  patterns: [[new RegExp(`(?<![/.\\d])(?=0|\\d\\d/0)${PADDED}(?![/%.]?\\d)`), 0.5]],
  source: "Unicode CLDR, short date formats; 45 CFR 164.514(b)(2)(i)(C)",
});
