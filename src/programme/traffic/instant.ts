/** A point in time: milliseconds since 1970 UTC, and whether it named no zone and was read as UTC. */
export type Instant = { ms: number; isNaive: boolean; isDay: boolean };

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;

/** Plausible days of API usage: before the first such API, or more than a day ahead, a clock is wrong. */
const FIRST_DAY_MS = Date.UTC(2018, 0, 1);

/**
 * Reads a time as written by exports: ISO 8601 with or without a zone, or seconds, milliseconds, microseconds or
 * nanoseconds since 1970. A time without a zone is read as UTC and marked.
 *
 * @param nowMs the clock: a time more than a day after it cannot be that of past usage
 * @returns the instant, or the problem in words
 */
export function instantOf(value: unknown, nowMs: number): Instant | string {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  const found = /^\d{9,19}(?:\.\d+)?$/.test(text) ? sinceEpoch(Number(text)) : isoInstant(text);
  if (found === undefined) {
    return `"${text.slice(0, 40)}" is not a time: expected ISO 8601 such as 2026-05-31T18:00:00+02:00, or seconds since 1970`;
  }
  if (found.ms < FIRST_DAY_MS) return `${text.slice(0, 40)} is before 2018: the clock or the unit of the time is wrong`;
  if (found.ms > nowMs + 86_400_000)
    return `${text.slice(0, 40)} is in the future: the clock or the unit of the time is wrong`;
  return found;
}

/** Powers of ten of the units since 1970, distinguished by magnitude. */
function sinceEpoch(count: number): Instant {
  const ms = count < 1e11 ? count * 1000 : count < 1e14 ? count : count < 1e17 ? count / 1e3 : count / 1e6;
  return { ms, isNaive: false, isDay: false };
}

function isoInstant(text: string): Instant | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, day, hour, minute, second = "00", fraction = "", zone] = match;
  const time = `${day}T${hour ?? "00"}:${minute ?? "00"}:${second}.${fraction.padEnd(3, "0").slice(0, 3)}`;
  const ms = Date.parse(`${time}${zoneText(zone)}`);
  return Number.isNaN(ms) ? undefined : { ms, isNaive: zone === undefined, isDay: hour === undefined };
}

/** A zone in the form that `Date.parse` accepts: `+00:00` for `+00` and `+0000`. */
function zoneText(zone: string | undefined): string {
  if (zone === undefined || /^(?:z|utc)$/i.test(zone)) return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
