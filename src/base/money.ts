import { Failure } from "./failure.ts";

/** Units of the last place: one dollar is 10^12 pico-dollars. */
export const PICO_PER_UNIT = 1_000_000_000_000n;

const DECIMAL = /^(-?)(\d{1,18})(?:\.(\d{1,12}))?$/;

/**
 * Parses an amount of money exactly.
 *
 * @param text  decimal string with at most 18 digits before and 12 after the point, as in `"1234.50"`
 * @returns whole pico-units of the currency
 * @throws Failure bad_input if the text is not such a decimal
 */
export function parseMoney(text: string): bigint {
  const match = DECIMAL.exec(text);
  if (!match) {
    throw new Failure("bad_input", `"${text}" is not an amount of money`, {
      hint: 'write a decimal such as "1234.50"',
    });
  }
  const [, sign, whole, fraction = ""] = match;
  const pico = BigInt(whole!) * PICO_PER_UNIT + BigInt(fraction.padEnd(12, "0"));
  return sign === "-" ? -pico : pico;
}

/** Formats pico-units as the shortest exact decimal with at least `minDecimals` places; the inverse of `parseMoney`. */
export function formatMoney(pico: bigint, minDecimals = 2): string {
  const sign = pico < 0n ? "-" : "";
  const absolute = pico < 0n ? -pico : pico;
  const fraction = (absolute % PICO_PER_UNIT).toString().padStart(12, "0").replace(/0+$/, "").padEnd(minDecimals, "0");
  const whole = (absolute / PICO_PER_UNIT).toString();
  return fraction === "" ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
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
