import type { RedactionKey } from "./redaction-key.ts";

/** Rounds of the Feistel network: ten, as in NIST SP 800-38G (FF1). */
const ROUNDS = 10;

/** A secret order: one for each purpose and number of places. */
type Order = { key: RedactionKey; purpose: string; count: number };

/**
 * Replaces an index among `count` indices under a key: one to one, and no index maps to itself. The indices have a
 * secret order, and each is replaced by its successor.
 *
 * @returns undefined if there is no other index
 */
export function keyedPlace(
  key: RedactionKey,
  purpose: string,
  { place, count }: { place: number; count: number },
): number | undefined {
  if (count < 2) return undefined;
  const order = { key, purpose, count };
  const rank = walked(place, order, there);
  return walked((rank + 1) % count, order, back);
}

/** A balanced Feistel network on the next power of four, repeated until the result is within range. */
function walked(place: number, order: Order, step: typeof there): number {
  let bits = 1;
  while (4 ** bits < order.count) bits += 1;
  let index = place;
  do index = step(index, order, bits);
  while (index >= order.count);
  return index;
}

function there(index: number, order: Order, bits: number): number {
  let [left, right] = [Math.floor(index / 2 ** bits), index & (2 ** bits - 1)];
  for (let round = 0; round < ROUNDS; round++)
    [left, right] = [right, left ^ mixed(order, { round, half: right, bits })];
  return left * 2 ** bits + right;
}

function back(index: number, order: Order, bits: number): number {
  let [left, right] = [Math.floor(index / 2 ** bits), index & (2 ** bits - 1)];
  for (let round = ROUNDS - 1; round >= 0; round--) {
    [left, right] = [right ^ mixed(order, { round, half: left, bits }), left];
  }
  return left * 2 ** bits + right;
}

function mixed(
  { key, purpose, count }: Order,
  { round, half, bits }: { round: number; half: number; bits: number },
): number {
  return key.mac(purpose, `${count} ${round} ${half}`).readUInt32BE(0) & (2 ** bits - 1);
}
