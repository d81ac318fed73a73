const NUMBER =
  /(?:(?<![\p{L}\p{N}])[-+\u2212])?(?:\d{1,3}(?:[,\u202f\u00a0]\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?|[-+\u2212]?\.\d+/giu;

/**
 * The last number of a text, with thousands separators, a sign or an exponent. Undefined if there is none. A
 * dash after a letter or a digit is no sign: `10-12` ends with 12.
 *
 * @source GSM8K answers are read in this way: the last number of the solution (Cobbe et al. 2021, arXiv:2110.14168)
 */
export function lastNumber(text: string): number | undefined {
  const found = [...text.matchAll(NUMBER)].at(-1)?.[0];
  if (found === undefined) return undefined;
  const value = Number(found.replaceAll(/[,\u202f\u00a0]/g, "").replace("\u2212", "-"));
  return Number.isFinite(value) ? value : undefined;
}
