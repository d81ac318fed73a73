import type { KeyList } from "../kernels/key-list.ts";
import { type LshShape, lshShape } from "../kernels/lsh-shape.ts";
import { filledBins, onePermutation } from "../kernels/one-permutation.ts";
import { distinct, type ShingleHashes } from "../kernels/shingle-hashes.ts";
import { mixed } from "../kernels/token-hashes.ts";

/** Adds the keys of a row to the list. May reorder the shingles and remove repeated ones. */
export type CandidateKeys = (row: number, shingles: ShingleHashes, keys: KeyList) => void;

/** Maximum number of distinct shingles of a short text; short texts are found by their shingles instead of a sketch. */
const SHORT = 64;

const VERIFIED = { bins: 64, recall: 0.999 };
const UNVERIFIED = { bins: 128, recall: 0.93 };

/**
 * Creates the function that computes the keys by which near-duplicates are found.
 * Long texts: the bands of a one-permutation MinHash. They are sized so that a pair at the threshold shares a band with
 * a probability of .999 if all candidates are verified afterwards. Without verification the bands are narrower: .93, at
 * 128 values.
 * Short texts (up to 64 distinct shingles): a sketch of few shingles is noisy, so each text contributes its n - ceil(t
 * n) + 1 smallest hashes; any text at the threshold shares at least one of them. No pair is missed.
 *
 * @source prefix filter: Chaudhuri, Ganti, Kaushik 2006, ICDE, lemma 1; Xiao et al. 2008, WWW (PPJoin), for Jaccard
 */
export function candidateKeys(threshold: number, { isVerified }: { isVerified: boolean }): CandidateKeys {
  const shape = lshShape(threshold, isVerified ? VERIFIED : UNVERIFIED);
  const signature = new Uint32Array(shape.bins);
  // A text just over the limit may be like one just under it: at most this many shingles, by the ratio of sizes.
  const mostShortShingles = Math.floor(SHORT / threshold);
  return (row, shingles, keys) => {
    if (shingles.count === 0) return;
    onePermutation(shingles.low, shingles.count, signature);
    if (isVerified && (shingles.count <= mostShortShingles || filledBins(signature) < SURELY_LONG)) {
      distinct(shingles);
      if (shingles.count <= mostShortShingles) addPrefix(row, shingles, { keys, threshold });
      if (shingles.count <= SHORT) return;
    }
    addBands(row, signature, { keys, shape });
  };
}

/**
 * Number of the 64 bins that a short text practically never fills: 80 distinct shingles fill 46 on average, and 58 with
 * a probability below one in a million.
 */
const SURELY_LONG = 58;

function addBands(row: number, signature: Uint32Array, { keys, shape }: { keys: KeyList; shape: LshShape }): void {
  let position = 0;
  for (let band = 0; band < shape.bands; band++) {
    let key = band + 1;
    for (const end = position + shape.rows; position < end; position++)
      key = mixed(Math.imul(key, 0x9e3779b1) ^ signature[position]!);
    keys.add(key, row);
  }
}

function addPrefix(
  row: number,
  shingles: ShingleHashes,
  { keys, threshold }: { keys: KeyList; threshold: number },
): void {
  const { low, count } = shingles;
  const smallest = low.subarray(0, count).toSorted();
  // The product may be a hair above a whole number that it should equal: a key too many does no harm, one too few would.
  const prefix = Math.min(count, count - Math.ceil(threshold * count - 1e-9) + 1);
  for (let index = 0; index < prefix; index++) keys.add(mixed(smallest[index]! ^ 0x5bd1e995), row);
}
