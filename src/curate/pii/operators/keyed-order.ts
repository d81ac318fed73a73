import type { RedactionKey } from "./redaction-key.ts";

/** Rounds of the Feistel network: ten, as in NIST SP 800-38G (FF1). */
const ROUNDS = 10;

/**
 * Where a place goes in a secret order of `count` places: one to one, so that no two places go to the same. A balanced
 * Feistel network on the next power of four, walked until it lands inside.
 */
export function keyedPlace(
  key: RedactionKey,
  purpose: string,
  { place, count }: { place: number; count: number },
): number {
  if (count < 2) return 0;
  let half = 1;
  while (4 ** half < count) half += 1;
  const mask = 2 ** half - 1;
  let at = place;
  do {
    let [left, right] = [Math.floor(at / 2 ** half), at & mask];
    for (let round = 0; round < ROUNDS; round++) {
      const bits = key.mac(purpose, `${count} ${round} ${right}`).readUInt32BE(0) & mask;
      [left, right] = [right, (left ^ bits) & mask];
    }
    at = left * 2 ** half + right;
  } while (at >= count);
  return at;
}
