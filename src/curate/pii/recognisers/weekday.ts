import { type Found, type Recogniser } from "./recogniser.ts";

/**
 * Names of days by language, without a plural s; those that are also first names or other words must be capitalised.
 */
const DAYS =
  "monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miércoles|jueves|viernes|sábado|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira";

/** Words before a day that recurs each week and therefore is not a date. */
const REPEATED = "every|each|jeden|jede|cada|todos los|todas las|chaque|ogni|tous les";

const WEEKDAY = new RegExp(
  `(?<![\\p{L}\\p{N}-])(?<!(?:${REPEATED}) )(?:${DAYS})(?![\\p{L}\\p{N}])|(?<![\\p{L}\\p{N}])(?:Mon|Tues?|Wed|Thu|Thurs|Fri|Sat|Sun)\\.?(?=,? (?:[0-9]|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)))`,
  "giu",
);

/**
 * The day of the week of an event, which is an element of a date under Safe Harbor. Runs only by name, because a day
 * without a date identifies nobody; the profile for HIPAA names it. Weekly events are excluded.
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
