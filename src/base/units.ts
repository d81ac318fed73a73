/** Bytes of one GiB. GPU memory is sold in round "GB" that are actually GiB; measurements here are in GiB. */
export const GIB = 2 ** 30;

/** Bytes of one MiB. */
export const MIB = 2 ** 20;

/** Hours of an average month: 365.25 days / 12. */
export const HOURS_PER_MONTH = 730.5;

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const SIGNIFICANT = new Map<number, Intl.NumberFormat>();

/**
 * A number with `digits` significant digits and thousands separators: `1,230`, `0.047`, `12.5`, `1,670,000`. Exact
 * amounts of money are formatted by `formatUsd`.
 */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "unknown";
  if (value === 0) return "0";
  return Math.abs(value) < 1e-6 ? value.toExponential(digits - 1) : significant(digits).format(value);
}

function significant(digits: number): Intl.NumberFormat {
  const known = SIGNIFICANT.get(digits) ?? new Intl.NumberFormat("en-US", { maximumSignificantDigits: digits });
  SIGNIFICANT.set(digits, known); // creating one costs more than a thousand uses
  return known;
}

/** Whole dollars with thousands separators, cents only below 10: `88,550`, `1.71`. */
export function formatUsd(value: number): string {
  if (!Number.isFinite(value)) return "unknown";
  return Math.abs(value) < 10 && value !== 0 ? value.toFixed(2) : WHOLE.format(value);
}

/** A large count in the usual short form: `14.0k`, `7.62B`, `1.2M`. */
export function formatCount(value: number): string {
  const rounded = Math.abs(Number(value.toPrecision(3)));
  for (const [size, letter] of [
    [1e12, "T"],
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (rounded >= size) return `${Number((value / size).toPrecision(3))}${letter}`;
  }
  return formatNumber(value);
}

/** A range as `low–high` with both ends formatted, or one value if both look the same. */
export function formatRange(low: number, high: number, format: (value: number) => string = formatNumber): string {
  const [from, to] = [format(low), format(high)];
  return from === to ? from : `${from}–${to}`;
}

/** Seconds in a readable unit: `45 s`, `12 min`, `6.2 h`, `3.1 days`. */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${formatNumber(seconds, 2)} s`;
  if (seconds < 5400) return `${formatNumber(seconds / 60, 2)} min`;
  if (seconds < 172_800) return `${formatNumber(seconds / 3600, 2)} h`;
  return `${formatNumber(seconds / 86_400, 2)} days`;
}
