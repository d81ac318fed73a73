import { type Found, patternRecogniser, type Recogniser } from "./recogniser.ts";

const PADDED = "(?:0[1-9]|1[0-2])/(?:0[1-9]|[12][0-9]|3[01])";
const WORDS =
  "date dates dob birthday born exp expires expiry admitted admission discharged discharge visit seen appointment due since on dos".split(
    " ",
  );

const COMMON = { entity: "DATE_TIME", locales: [], needs: { digits: 4, reach: 8, row: [2, 2] } } as const;

/** A month and a day in two figures each, near a word that indicates a date: "seen on 08/22". */
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
 * A month and day without such a word, if one of the two begins with 0, which fractions and scores do not. For Safe
 * Harbor, which removes all of a date except the year.
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

/** A month and a day in either order, also in single figures. */
const SHORT = "(?:(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\\d|3[01])|(?:0?[1-9]|[12]\\d|3[01])/(?:0?[1-9]|1[0-2]))";

/** Words for events that have a day. */
const EVENTS =
  "dates?|d\\.?o\\.?[bsd]\\.?|born|birthday|day|admi(?:tted|ssion|t)|re-?admi(?:tted|ssion)|discharged?|d/c|transferred|visit(?:ed|s)?|seen|appointments?|appt\\.?|due|effective|onset|started|stopped|began|surgery|operation|operated|procedure|biopsy|scan|mri|ct|x-?ray|labs?|exam(?:ined)?|presented|arrived|returned|died|delivered|delivery|scheduled|rescheduled|completed|vaccinated|follow-?up|f/u|called|report(?:ed)?|dated|signed|filed|expires?|expiry|exp";

/** Words that relate something to a day. "From" and "to" are not among them: strength goes from 3/5 to 5/5. */
const WHEN = "on|since|until|till|through|before|after|between|as of|starting|beginning|ending";

const FILLERS =
  "(?:(?:is|was|of|on|in|at|the|date|service|birth|admission|discharge|visit|for|back|again|last|by|to|from)[ :=-]{1,3}){0,3}";

const AFTER_CUE = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:(?:${EVENTS})[ :=,-]{1,3}${FILLERS}|(?:${WHEN}) )(${SHORT})(?![/%.]?\\d)`,
  "giu",
);

/** A note that begins with its day: "8/3: afebrile". */
const OPENS_NOTE = new RegExp(`(?:^|\\n)[ \\t>*-]{0,4}(${SHORT})(?=[ \\t]?:|[ \\t][-–—][ \\t])`, "gu");

/** A further day after the first: "8/3, 8/5 and 8/9", "8/3 - 8/9". */
const NEXT = new RegExp(
  `(?:\\s?[,;&–-]\\s?(?:and |or |then )?|\\s(?:and|or|to|through|until|till)\\s(?:on |again on )?)(${SHORT})(?![/%.]?\\d)`,
  "yu",
);

/** Words that follow a fraction or a score: "On 1/2 tablet", "on 8/10 pain". */
const OF_MEASURE =
  /^(?:\s?%|[\s-]{0,2}(?:mg|mcg|ml|cc|g|kg|tab(?:let)?s?|pills?|caps?|doses?|dose|strength|pain|scale|points?|score|murmur|inch(?:es)?|cups?|tsp|tbsp|teaspoons?|tablespoons?|miles?|hours?|full|half|of (?:a|an|the|his|her|their|it)|in severity|intensity|bilaterally|throughout|motor|reflex(?:es)?|visits?|sessions?|stars?)(?![\p{L}]))/iu;

/**
 * A month and a day without a leading zero, after a word for an event or a time: "DOB 8/3", "admitted on 8/3". For Safe
 * Harbor; elsewhere 8/3 is more often a fraction or a score.
 */
export const monthAndDayAfterCue: Recogniser = {
  name: "month-and-day-after-cue",
  entity: "DATE_TIME",
  locales: [],
  isDefault: false,
  isByNameOnly: true,
  needs: { digits: 2, reach: 48 },
  context: [],
  isChecked: true,
  find: (text) => {
    const found: Found[] = [];
    for (const pattern of [AFTER_CUE, OPENS_NOTE]) {
      pattern.lastIndex = 0;
      for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
        const end = match.index + match[0].length;
        if (OF_MEASURE.test(text.slice(end, end + 24))) continue;
        found.push({ start: end - match[1]!.length, end, score: 0.6 });
        found.push(...daysAfter(text, end));
      }
    }
    return found;
  },
  source: "45 CFR 164.514(b)(2)(i)(C): all elements of dates but the year",
};

function daysAfter(text: string, from: number): Found[] {
  const found: Found[] = [];
  for (let end = from; ;) {
    NEXT.lastIndex = end;
    const match = NEXT.exec(text);
    if (match === null) return found;
    end = NEXT.lastIndex;
    if (OF_MEASURE.test(text.slice(end, end + 24))) return found;
    found.push({ start: end - match[1]!.length, end, score: 0.6 });
  }
}
