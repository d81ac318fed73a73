import type { TextSlot } from "../rows/text-slots.ts";
import { oldBirthYear } from "./recognisers/date-of-birth.ts";
import { activeRecognisers, type RecogniseOptions } from "./recognisers/recognise.ts";
import type { Span } from "./span.ts";

/** Meaning of a value according to its field name. */
type FieldKind = "ssn" | "birth";

/** Field names that may have a meaning; only these few are checked closely. */
const ROUGHLY = /ssn|social|birth|dob|born/i;

const NINE_DIGITS = /^[0-9]{3}([- .]?)[0-9]{2}\1[0-9]{4}$/;

/** Minimum number of digits of a number that may have lost leading zeros. */
const FEWEST_DIGITS = 7;

/** Numbers in fields with meaningful names, as texts; an entity found in them is a number in the row. */
export function namedNumbers(fields: Readonly<Record<string, unknown>>, only?: string): TextSlot[] {
  const slots: TextSlot[] = [];
  const walk = (value: unknown, path: readonly (string | number)[], kind: FieldKind | undefined): void => {
    if (typeof value === "number" || typeof value === "bigint") {
      const digits = kind === undefined ? "" : String(value);
      if (kind === "ssn" && /^[0-9]{7,9}$/.test(digits)) slots.push({ path, text: digits });
      if (kind === "birth" && /^[0-9]{4}$/.test(digits)) slots.push({ path, text: digits });
    } else if (Array.isArray(value)) value.forEach((element, index) => walk(element, [...path, index], kind));
    else if (value !== null && typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) {
        if (typeof inner !== "string") walk(inner, [...path, name], kindOf(name));
      }
    }
  };
  if (only === undefined) walk(fields, [], undefined);
  else walk(fields[only], [only], kindOf(only));
  return slots;
}

/**
 * Spans implied by the name of a text's field: nine digits in a field of social security numbers, or a year of birth
 * that implies an age over 89. None if the recognisers are off.
 */
export function fieldSpans({ path, text }: TextSlot, recognition: RecogniseOptions): Span[] {
  if (text.length > 40) return [];
  const name = path.findLast((step) => typeof step === "string");
  const kind = name === undefined ? undefined : kindOf(name);
  if (kind === undefined || recognition.allow?.includes(text) === true) return [];
  const by = kind === "ssn" ? "us-ssn" : oldBirthYear.name;
  if (!isOn(by, recognition)) return [];
  if (kind === "ssn") {
    const isNumber = NINE_DIGITS.test(text.trim()) || (/^[0-9]+$/.test(text) && text.length >= FEWEST_DIGITS);
    return isNumber && text.trim().length <= 11 ? [{ start: 0, end: text.length, type: "US_SSN", score: 1, by }] : [];
  }
  const cue = "born ";
  return oldBirthYear.find(cue + text, { asOf: recognition.asOf }).map(({ start, end, score }) => ({
    start: start - cue.length,
    end: end - cue.length,
    type: oldBirthYear.entity,
    score,
    by,
  }));
}

/** "patientSSN", "social_security_no", "birth year", "dateOfBirth", "DOB". */
function kindOf(name: string): FieldKind | undefined {
  if (!ROUGHLY.test(name)) return undefined;
  const words = ` ${name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[^A-Za-z]+/g, " ")
    .toLowerCase()} `;
  if (/ ssns? | social ?security /.test(words)) return "ssn";
  return / dob | born | birth ?(?:date|day|year)s? | (?:date|year|day) of birth /.test(words) ? "birth" : undefined;
}

const active = new WeakMap<RecogniseOptions, ReadonlySet<string>>();

function isOn(name: string, recognition: RecogniseOptions): boolean {
  let names = active.get(recognition);
  if (names === undefined) {
    names = new Set(activeRecognisers(recognition).map((activeRecogniser) => activeRecogniser.name));
    active.set(recognition, names);
  }
  return names.has(name);
}
