/** Number of letters of a masked value. */
const SAMPLE = 40;

/** A value of which only the first letter of each word remains, and no digits. */
export function maskedValue(value: string): string {
  return value
    .slice(0, SAMPLE)
    .replaceAll(/\p{N}/gu, "0")
    .replaceAll(/(?<=\p{L})[\p{L}\p{M}]/gu, "*");
}
