/**
 * A longest common subsequence: its length, and the shortest range of `row` that contains a common subsequence of that
 * length.
 */
export type CommonSubsequence = { length: number; first: number; last: number };

/**
 * Length of the longest common subsequence of two token lists. Bit-parallel: one step per token of `row` and 32 tokens
 * of `item`.
 */
export function lcsLength(row: Uint32Array, item: Uint32Array): number {
  return scan(row, item).length;
}

/**
 * Length of the longest common subsequence, and its range in `row`. If the length is 0, `first` is greater than `last`.
 */
export function lcsPlace(row: Uint32Array, item: Uint32Array): CommonSubsequence {
  const { length, reached: last } = scan(row, item);
  if (length === 0) return { length, first: 0, last: -1 };
  const back = scan(row.slice(0, last + 1).toReversed(), item.toReversed());
  return { length, first: last - back.reached, last };
}

function scan(row: Uint32Array, item: Uint32Array): { length: number; reached: number } {
  const masks = masksOf(item);
  const v = new Uint32Array(Math.ceil(item.length / 32)).fill(0xffffffff);
  let [length, reached] = [0, -1];
  for (let index = 0; index < row.length && length < item.length; index++) {
    const mask = masks.get(row[index]!);
    if (mask === undefined || advance(v, mask) === 0) continue;
    length += 1;
    reached = index;
  }
  return { length, reached };
}

/** Positions of each token in a list, one bit each. */
function masksOf(item: Uint32Array): Map<number, Uint32Array> {
  const masks = new Map<number, Uint32Array>();
  for (const [index, token] of item.entries()) {
    const mask = masks.get(token) ?? new Uint32Array(Math.ceil(item.length / 32));
    masks.set(token, mask);
    mask[index >>> 5]! |= 1 << (index & 31);
  }
  return masks;
}

/**
 * Adds one token of the row. Returns 1 if the subsequence becomes longer: the sum then overflows, through the bits
 * after the item's end, which stay set.
 *
 * @source Hyyrö 2004, "Bit-parallel LCS-length computation revisited": V' = (V + (V & M)) | (V & ~M)
 */
function advance(v: Uint32Array, mask: Uint32Array): number {
  let carry = 0;
  for (let word = 0; word < v.length; word++) {
    const before = v[word]!;
    const sum = before + ((before & mask[word]!) >>> 0) + carry;
    carry = sum > 0xffffffff ? 1 : 0;
    v[word] = sum | (before & ~mask[word]!);
  }
  return carry;
}
