/** Seconds beyond which a number must be milliseconds: as seconds it would lie in the year 5138. */
const SECONDS_MAX = 1e11;

/** Milliseconds that a date can hold on either side of 1970. */
const DATE_MS_MAX = 8.64e15;

/** A date, with or without a time of day and a zone, as ISO 8601 and SQL write it. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?( ?(?:Z|[+-]\d{2}:?\d{2}))?)?$/i;

/**
 * The time that a field holds, in milliseconds since 1970: ISO 8601 text, or seconds or milliseconds as a number. Text
 * without a zone is taken as UTC, so that it means the same on every machine.
 *
 * @returns undefined if it is not time
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
