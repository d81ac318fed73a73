import { readFileSync } from "node:fs";

import { fold } from "../names/fold.ts";
import { isCountry } from "../names/gazetteer.ts";
import { STATE_CODES, STATES } from "../names/terms.ts";

/** Ages from this one on may stay as one group. */
const OLD_AGE = 90;

let smallZip3s: ReadonlySet<string> | undefined;

/**
 * A value with less detail, as far as 45 CFR 164.514(b)(2) allows: the year of a date, the first three digits of a
 * postcode (000 if 20,000 people or fewer live there), an age up to 89, a state or country.
 *
 * @returns undefined if no part of the value may stay
 */
export function generalised(type: string, value: string): string | undefined {
  switch (type) {
    case "DATE_TIME": {
      const years = value.match(/(?<!\d)(?:1[6-9]|20)\d{2}(?!\d)/g);
      return years?.length === 1 ? years[0] : undefined;
    }
    case "ZIP_CODE":
      return /^\d{5}(?:-\d{4})?$/.test(value) ? zip3(value) : undefined;
    case "AGE": {
      if (/\d{4}/.test(value)) return `${OLD_AGE}+`; // a year of birth that shows one
      const age = /\d{1,3}/.exec(value)?.[0];
      return age === undefined ? undefined : Number(age) >= OLD_AGE ? `${OLD_AGE}+` : value;
    }
    case "LOCATION":
      return isWidePlace(value) ? value : locationWithState(value);
    default:
      return undefined;
  }
}

/** True for a country, or for a state that is not also the name of something else. */
export function isWidePlace(value: string): boolean {
  const folded = fold(value);
  return isCountry(folded) || STATES.has(folded) || (STATE_CODES.has(value) && value.length === 2);
}

/** Of "Austin, TX 78701": "TX 787**". */
function locationWithState(value: string): string | undefined {
  const match = /([A-Z]{2}) (\d{5})(?:-\d{4})?$/.exec(value);
  return match !== null && STATE_CODES.has(match[1]!) ? `${match[1]} ${zip3(match[2]!)}` : undefined;
}

function zip3(zip: string): string {
  smallZip3s ??= new Set(
    readFileSync(new URL("./data/zip3-under-20000.csv", import.meta.url), "utf8")
      .split("\n")
      .filter((line) => /^\d{3}$/.test(line)),
  );
  const start = zip.slice(0, 3);
  return `${smallZip3s.has(start) ? "000" : start}**`;
}
