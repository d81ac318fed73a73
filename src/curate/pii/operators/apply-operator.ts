import type { PiiOperator } from "../../../domain/redact.ts";
import { canonicalValue } from "./canonical-value.ts";
import { type DateOrder, writtenDate } from "./date-parts.ts";
import { generalised } from "./generalise.ts";
import { nameSurrogate, townSurrogate } from "./name-surrogate.ts";
import type { RedactionKey } from "./redaction-key.ts";
import { seal } from "./seal.ts";
import { valueSurrogate } from "./value-surrogate.ts";

/** Length of an HMAC in output: 16 hexadecimal digits, 64 bits. */
const HASH_CHARACTERS = 16;

/** Maximum shift of dates, in days, in either direction. */
const SHIFT_DAYS = 365;

/** Input of an operator in addition to the value. */
export type OperatorContext = {
  key: RedactionKey | undefined;
  /** Person whom the row is about: all dates of one person are shifted by the same number of days. */
  person: string;
  dateOrder: DateOrder;
};

/**
 * Replacement of a value. If an operator cannot handle the value (a date that cannot be read, a place that must be
 * removed), it is replaced by the name of its entity.
 *
 * @throws Error if the operator needs a key and there is none
 */
export function applied(
  operator: PiiOperator,
  { type, value }: { type: string; value: string },
  context: OperatorContext,
): string {
  const replaced = `<${type}>`;
  switch (operator) {
    case "keep":
      return value;
    case "redact":
      return "";
    case "mask":
      return value.replaceAll(/[\p{L}\p{N}]/gu, "*");
    case "replace":
      return replaced;
    case "generalise":
      return generalised(type, value) ?? replaced;
    case "hash":
      return `<${type}:${keyOf(context)
        .mac("hash", `${type}\u0000${canonicalValue(type, value)}`)
        .toString("hex")
        .slice(0, HASH_CHARACTERS)}>`;
    case "encrypt":
      return seal(keyOf(context), type, value);
    case "date-shift":
      return shifted(value, context) ?? replaced;
    case "surrogate":
      break;
  }
  const made = surrogate(type, value, context) ?? replaced;
  return made === value && type !== "TITLE" ? replaced : made; // a name of nothing but "MD", say
}

function surrogate(type: string, value: string, context: OperatorContext): string | undefined {
  const key = keyOf(context);
  switch (type) {
    case "PERSON":
      return nameSurrogate(key, value);
    case "LOCATION":
      return townSurrogate(key, value);
    case "DATE_TIME":
      return shifted(value, context);
    case "TITLE":
      return value;
    case "STREET_ADDRESS":
    case "ORGANIZATION":
    case "NRP":
    case "AGE":
      return undefined;
    default:
      return valueSurrogate(key, type, value);
  }
}

/** A date shifted by the days of its person: 1 to 365, before or after. */
function shifted(value: string, { key, person, dateOrder }: OperatorContext): string | undefined {
  const date = writtenDate(value, dateOrder);
  if (date === undefined) return undefined;
  const bytes = keyOf({ key }).mac("date shift", person);
  const days = (1 + (bytes.readUInt32BE(0) % SHIFT_DAYS)) * (bytes[4]! % 2 === 0 ? 1 : -1);
  const moved = new Date(Date.UTC(date.year, date.month - 1, date.day + days));
  return date.write({ day: moved.getUTCDate(), month: moved.getUTCMonth() + 1, year: moved.getUTCFullYear() });
}

function keyOf({ key }: Pick<OperatorContext, "key">): RedactionKey {
  if (key === undefined) throw new Error("an operator needs a key");
  return key;
}
