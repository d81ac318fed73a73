import { Failure } from "./failure.ts";

/** Units of the last place: one dollar is 10^12 pico-dollars. */
export const PICO_PER_UNIT = 1_000_000_000_000n;

/** Digits before and after the point of an amount. */
const [WHOLE, PLACES] = [18, 12];

/** Powers of ten, by which a fraction with fewer than twelve places is scaled. */
const POWERS = Array.from({ length: PLACES + 1 }, (_, exponent) => 10 ** exponent);

const [MINUS, POINT, ZERO, NINE] = [45, 46, 48, 57];

/** Largest whole amount whose pico-units are an exact number. */
const EXACT_WHOLE = Math.floor(Number.MAX_SAFE_INTEGER / 1e12) - 1;

/**
 * Parses an amount of money exactly. By hand: a regular expression takes three times as long, and a bill of a million
 * lines has some million amounts.
 *
 * @param text  decimal string with at most 18 digits before and 12 after the point, such as `"1234.50"`
 * @returns whole pico-units of the currency
 * @throws Failure bad_input if the text is not such a decimal
 */
export function parseMoney(text: string): bigint {
  const from = text.charCodeAt(0) === MINUS ? 1 : 0;
  const point = endOfDigits(text, from);
  const isWhole = point === text.length;
  const end = isWhole ? point : text.charCodeAt(point) === POINT ? endOfDigits(text, point + 1) : -1;
  const [whole, places] = [point - from, isWhole ? 0 : end - point - 1];
  if (end !== text.length || whole < 1 || whole > WHOLE || places > PLACES || (!isWhole && places < 1)) {
    throw new Failure("bad_input", `"${text}" is not an amount of money`, {
      hint: 'write a decimal such as "1234.50"',
    });
  }
  const units = Number(text.slice(from, point));
  const fraction = places === 0 ? 0 : Number(text.slice(point + 1)) * POWERS[PLACES - places]!;
  const pico =
    units <= EXACT_WHOLE
      ? BigInt(units * 1e12 + fraction)
      : BigInt(text.slice(from, point)) * PICO_PER_UNIT + BigInt(fraction);
  return from === 1 ? -pico : pico;
}

/** Index of the first character from an index on that is no digit. */
function endOfDigits(text: string, from: number): number {
  let index = from;
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < ZERO || code > NINE) break;
  }
  return index;
}

/** Formats pico-units as the shortest exact decimal with at least `minDecimals` places; the inverse of `parseMoney`. */
export function formatMoney(pico: bigint, minDecimals = 2): string {
  const sign = pico < 0n ? "-" : "";
  const absolute = pico < 0n ? -pico : pico;
  const whole = absolute / PICO_PER_UNIT;
  const fraction = Number(absolute - whole * PICO_PER_UNIT);
  let digits = "";
  if (fraction !== 0) {
    digits = String(fraction).padStart(PLACES, "0");
    let end = PLACES;
    while (digits.charCodeAt(end - 1) === ZERO) end -= 1;
    digits = digits.slice(0, end);
  }
  digits = digits.padEnd(minDecimals, "0");
  return digits === "" ? `${sign}${whole}` : `${sign}${whole}.${digits}`;
}

/** Rounds half away from zero to `decimals` places of the currency unit. */
export function roundMoney(pico: bigint, decimals = 2): bigint {
  const step = 10n ** BigInt(12 - decimals);
  const half = pico < 0n ? -step / 2n : step / 2n;
  return ((pico + half) / step) * step;
}

/**
 * Multiplies an amount by an exact decimal quantity, such as 2.0625 GPU-hours at 1.71. Rounds half away from zero at
 * one pico-unit.
 */
export function timesQuantity(pico: bigint, quantity: string): bigint {
  const scaled = pico * parseMoney(quantity);
  const half = scaled < 0n ? -PICO_PER_UNIT / 2n : PICO_PER_UNIT / 2n;
  return (scaled + half) / PICO_PER_UNIT;
}

/**
 * Splits an amount by weights so that the parts sum to it exactly: largest remainder method; ties go to the earlier
 * part.
 *
 * @param pico     amount, may be negative
 * @param weights  non-negative integers, at least one above zero
 * @throws Failure bad_input if the weights are negative or all zero
 */
export function splitMoney(pico: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= 0n || weights.some((weight) => weight < 0n)) {
    throw new Failure("bad_input", "an amount cannot be split by weights that are negative or all zero", {
      hint: "give weights of zero or more, at least one of them above zero",
    });
  }
  const sign = pico < 0n ? -1n : 1n;
  const absolute = pico * sign;
  const parts = weights.map((weight) => (absolute * weight) / total);
  const left = Number(absolute - parts.reduce((sum, part) => sum + part, 0n));
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (absolute * weight) % total }))
    .toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of byRemainder.slice(0, left)) parts[index]! += 1n;
  return parts.map((part) => part * sign);
}
