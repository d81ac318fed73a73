import { mixed } from "./token-hashes.ts";

const EMPTY = 0xffffffff;

/**
 * One-permutation MinHash: the upper bits of each shingle's hash select a bin, and each bin keeps its smallest hash. An
 * empty bin borrows from another bin; the order in which bins are tried is the same for all texts. Takes one step per
 * shingle, instead of one for each value of the signature.
 *
 * @param hashes well-mixed 32-bit hashes, the first `count` of them; at least one
 * @param out receives the signature; its length, a power of two from 2 on, is the number of bins
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

/** Number of bins of a signature that have their own value instead of a borrowed one. */
export function filledBins(signature: Uint32Array): number {
  const shift = 32 - Math.log2(signature.length);
  let filled = 0;
  for (let bin = 0; bin < signature.length; bin++) if (signature[bin]! >>> shift === bin) filled += 1;
  return filled;
}

/**
 * Fills empty bins. In a filled bin, the upper bits of the hash equal the bin's number; in a borrowing bin they differ,
 * so that filled bins stay recognisable.
 */
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
