import { mixed } from "./token-hashes.ts";

const EMPTY = 0xffffffff;

/**
 * One-permutation MinHash: the hash of each shingle falls into one of the bins by its upper bits, and each bin keeps its
 * smallest; an empty bin borrows from another that both texts would ask in the same order. One step a shingle instead of
 * one for each value of the signature.
 *
 * @param hashes  well-mixed 32-bit hashes, the first `count` of them; at least one
 * @param out     takes the signature; its length, a power of two from 2 on, is the number of bins
 * @source Li, Owen, Zhang 2012, arXiv:1208.1259 (bins); Shrivastava 2017, arXiv:1703.04664 (optimal densification)
 */
export function onePermutation(hashes: Uint32Array, count: number, out: Uint32Array): void {
  const bins = out.length;
  const shift = 32 - Math.log2(bins);
  out.fill(EMPTY);
  for (let index = 0; index < count; index++) {
    const hash = hashes[index]!;
    const bin = hash >>> shift;
    if (hash < out[bin]!) out[bin] = hash;
  }
  densify(out);
}

/** Bins of a signature with their own values, not borrowed ones. */
export function filledBins(signature: Uint32Array): number {
  const shift = 32 - Math.log2(signature.length);
  let filled = 0;
  for (let bin = 0; bin < signature.length; bin++) if (signature[bin]! >>> shift === bin) filled += 1;
  return filled;
}

/** A filled bin keeps a hash whose upper bits are its number; one that borrowed has another's, so what is filled stays known. */
function densify(out: Uint32Array): void {
  const shift = 32 - Math.log2(out.length);
  if (out.every((value) => value === EMPTY)) return; // of 2^32 hashes one is as good as none
  for (let bin = 0; bin < out.length; bin++) {
    if (out[bin] !== EMPTY) continue;
    for (let attempt = 1; ; attempt++) {
      const other = mixed(Math.imul(bin + 1, 0x9e3779b1) + attempt) >>> shift;
      const value = out[other]!;
      if (value !== EMPTY && value >>> shift === other) {
        out[bin] = value;
        break;
      }
    }
  }
}
