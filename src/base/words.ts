import { formatNumber, formatRange } from "./units.ts";

/** The two ends of a range. */
export type Ends = { p10: number; p90: number };

/**
 * Dollars of an estimate with three significant digits, so that no figure looks more exact than it is; cents only below
 * 10.
 */
export function usd(value: number): string {
  const size = Math.abs(value);
  return size < 10 && size >= 0.01 ? value.toFixed(2) : formatNumber(Number(value.toPrecision(3)), 3);
}

/** An exact amount of money with thousands separators; cents only if there are any. */
export function amount(decimal: string): string {
  const [units = "0", cents = ""] = decimal.split(".");
  const grouped = units.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ",");
  return /^0*$/.test(cents) ? grouped : `${grouped}.${cents}`;
}

/** A count in full, with thousands separators. */
export function whole(value: number): string {
  return (Math.round(value) + 0).toLocaleString("en-US"); // without it, −0.4 would be written as −0
}

/** A return in per cent: whole, with at most three significant digits. */
export function wholePercent(value: number): string {
  return whole(Number(value.toPrecision(3)));
}

/** A count with its noun: `1 row`, `14,000 rows`. */
export function counted(value: number, noun: string): string {
  return `${whole(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A share as a percentage: `12 %`; a small positive one as `< 0.1 %`; one below 1 as at most `99.99 %`. */
export function percent(share: number): string {
  // Sums of doubles may miss 1 slightly, by less than one row in a billion.
  if (share < 1 - 1e-12 && share >= 0.995) return `${Math.min(99.99, Math.floor(share * 1e4) / 100)} %`;
  return share > 0 && share < 0.001 ? "< 0.1 %" : `${formatNumber(share * 100, 2)} %`;
}

/** Two shares as a percentage range with one sign: `60–70 %`. */
export function percentRange(low: number, high: number): string {
  return `${formatRange(low * 100, high * 100, (value) => formatNumber(value, 2))} %`;
}

/** A number with a true minus sign. */
export function minus(text: string): string {
  return text.replace(/^-/, "−");
}

/** `low–high`. Negative ends are joined with "to", so that a minus sign is not followed by a dash. */
export function span({ p10, p90 }: Ends, format: (value: number) => string): string {
  if (p10 >= 0) return formatRange(p10, p90, format);
  const [low, high] = [minus(format(p10)), minus(format(p90))];
  return low === high ? low : `${low} to ${high}`;
}

/** A range of hours in a unit suitable for both ends: `17–25 min`, `6.1–7.4 h`. */
export function hoursSpan({ p10, p90 }: Ends): string {
  return p90 < 1.5
    ? `${formatRange(p10 * 60, p90 * 60, (value) => formatNumber(value, 2))} min`
    : `${formatRange(p10, p90)} h`;
}

/**
 * A range of payback months. If more than one draw in ten never pays back, the upper end would be the horizon, not a
 * month, so it reads `14 – never (35 % of draws)`.
 */
export function monthsSpan(ends: Ends, neverShare: number | null): string {
  if (!endsInNever(neverShare) || ends.p10 === ends.p90) return formatRange(ends.p10, ends.p90);
  return `${formatNumber(ends.p10)} – never (${percent(neverShare ?? 0)} of draws)`;
}

/** Payback month if at least half of the draws never pay back: `never in 76 % of draws`. */
export function neverText(neverShare: number): string {
  return `never ${inDraws(neverShare)}`;
}

/** A share of the draws, as `in 76 % of draws`. */
export function inDraws(share: number): string {
  const shown = share > 0.99 && share < 1 ? "over 99" : whole(share * 100);
  return `in ${shown} % of draws`;
}

/** True if more than one draw in ten never pays back, so that the p90 of the month is not a month. */
export function endsInNever(neverShare: number | null): boolean {
  return neverShare !== null && neverShare >= 0.1;
}

/**
 * The first clause of a reason without text in brackets, truncated if it is still long; for a cell, a tile or a
 * condition. The full reason is shown elsewhere.
 */
export function clause(reason: string, limit = 60): string {
  const inner = /\s\([^()]*\)/g;
  let words = reason;
  while (inner.test(words)) words = words.replaceAll(inner, "");
  words = words
    .split(/[;:]\s/)[0]!
    .trim()
    .replace(/\.$/, "");
  return words.length > limit ? `${words.slice(0, limit - 1)}…` : words;
}

/** Capitalises the first letter, unless the text begins with the name of a field or a file. */
export function sentence(text: string): string {
  if (/^[\w-]+[.:/]\w/.test(text)) return text;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Lowercases the first letter, unless the text begins with an abbreviation, the name of a field or a digit. */
export function lowered(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text.slice(0, 1).toLowerCase()}${text.slice(1)}` : text;
}

/** Index of the line break that ends the line at an index, or the length of the text. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}
