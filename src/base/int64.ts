/** A 64-bit integer: a number up to 2^53 - 1, otherwise a bigint. */
export type Int64 = number | bigint;

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/** A number if it is exact, otherwise the bigint. */
export function narrowInt64(value: bigint): Int64 {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/**
 * Converts an integer that JSON represents as a number, a bigint or a string of digits.
 *
 * @returns undefined if it is not an integer, or does not fit in 64 bits
 */
export function toInt64(value: unknown): Int64 | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === "string" && !/^[+-]?\d{1,19}$/.test(value)) return undefined;
  if (typeof value !== "bigint" && typeof value !== "string") return undefined;
  const integer = BigInt(value);
  return integer < MIN || integer > MAX ? undefined : narrowInt64(integer);
}
