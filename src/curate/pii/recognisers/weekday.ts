import { type Found, type Recogniser } from "./recogniser.ts";

/** Names of days by language, with an s in none; those that are first names or other words as well count by their capital. */
const DAYS =
  "monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miércoles|jueves|viernes|sábado|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira";

/** Before a day that comes again each week, and so is not a date. */
const REPEATED = "every|each|jeden|jede|cada|todos los|todas las|chaque|ogni|tous les";

const WEEKDAY = new RegExp(
  `(?<![\\p{L}\\p{N}-])(?<!(?:${REPEATED}) )(?:${DAYS})(?![\\p{L}\\p{N}])|(?<![\\p{L}\\p{N}])(?:Mon|Tues?|Wed|Thu|Thurs|Fri|Sat|Sun)\\.?(?=,? (?:[0-9]|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)))`,
  "giu",
);

/**
 * The day of the week of something that happened: an element of a date in the sense of Safe Harbor. By name only, as a
 * day without a date tells nobody who it was; the profile for HIPAA names it. What comes every week is left alone.
 */
export const weekday: Recogniser = {
  name: "weekday",
  entity: "DATE_TIME",
  locales: [],
  isDefault: false,
  isByNameOnly: true,
  needs: "text",
  context: [],
  find: (text) =>
    Array.from(text.matchAll(WEEKDAY), (match): Found => ({
      start: match.index,
      end: match.index + match[0].length,
      score: 0.5,
    })),
  source: "45 CFR 164.514(b)(2)(i)(C), all elements of dates; Unicode CLDR 46, names of days",
};
