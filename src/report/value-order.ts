/** Order of words: capital letters do not separate them. */
const WORDS = new Intl.Collator("en", { numeric: true });

/**
 * Order of values of a param, a tag or a dataset: numbers by their size, also `2e-05`, then words. A missing value comes
 * last.
 */
export function compareValues(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x - y || WORDS.compare(a, b);
  if (x !== undefined || y !== undefined) return x === undefined ? 1 : -1;
  return WORDS.compare(a, b);
}

function numberOf(text: string): number | undefined {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
