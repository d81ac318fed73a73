/** A number in a file: digits with a point or an exponent, without sign, unit or separator. */
const DECIMAL = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Reason why the text of a column is not a positive number; otherwise undefined. */
export function notPositive(column: string, text: string): string | undefined {
  const value = Number(text);
  if (DECIMAL.test(text) && Number.isFinite(value) && value > 0) return undefined;
  return `${column} is "${shortened(text)}", expected a positive number such as 1234.5, without a unit or commas, or nothing`;
}

/** Reason why the text of a column is not an integer of at least one; otherwise undefined. `4096.0` is valid. */
export function notACount(column: string, text: string): string | undefined {
  const value = Number(text);
  if (DECIMAL.test(text) && Number.isSafeInteger(value) && value >= 1) return undefined;
  return `${column} is "${shortened(text)}", expected a whole number of at least 1 such as 4096, or nothing`;
}

/** A value of a file, shortened to fit on one line. */
export function shortened(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
