/** Numbers above this are milliseconds: as seconds they would be beyond the year 5138. */
const SECONDS_MAX = 1e11;

/** Milliseconds that a date can hold on either side of 1970. */
const DATE_MS_MAX = 8.64e15;

/** A date with optional time of day and zone, in the notation of ISO 8601 or SQL. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?( ?(?:Z|[+-]\d{2}:?\d{2}))?)?$/i;

/**
 * The time in a field, in milliseconds since 1970: ISO 8601 text, or a number of seconds or milliseconds. Text without
 * a zone is in UTC, so that it means the same on every machine.
 *
 * @returns undefined if it is not a time
 */
export function rowTime(value: unknown): number | undefined {
  if (typeof value === "number") {
    const time = Math.abs(value) > SECONDS_MAX ? value : value * 1000;
    return Math.abs(time) <= DATE_MS_MAX ? time : undefined;
  }
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (/^-?\d{9,14}(?:\.\d{1,9})?$/.test(text)) return rowTime(Number(text));
  const found = DATE_TIME.exec(text);
  if (found === null) return undefined;
  const iso = text.replace(" ", "T").replace(" ", "");
  const time = Date.parse(text.length === 10 || found[1] !== undefined ? iso : `${iso}Z`);
  return Number.isNaN(time) ? undefined : time;
}
