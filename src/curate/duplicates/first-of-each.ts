import { hashIndex } from "../rows/hash-index.ts";
import type { Sketches } from "./sketches.ts";

/**
 * For each row, the first row in keeper order with the same tokens and punctuation: the row itself if there is no
 * other, or if it has no token.
 */
export function firstOfEach(
  { tokens, whole }: Pick<Sketches, "tokens" | "whole">,
  order: Uint32Array | undefined,
): Uint32Array {
  const first = new Uint32Array(tokens.length);
  const seen = hashIndex(2 ** Math.ceil(Math.log2(1.6 * tokens.length + 1024)));
  for (let place = 0; place < tokens.length; place++) {
    const row = order?.[place] ?? place;
    first[row] = row;
    if (tokens[row] === 0) continue;
    const earlier = seen.firstPlace(whole[2 * row]!, whole[2 * row + 1]!, row + 1);
    if (earlier !== undefined) first[row] = earlier - 1;
  }
  return first;
}
