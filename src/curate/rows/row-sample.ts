/** A sampled row with the data for the token estimate. */
export type SampledRow = {
  /** Uniform number in [0, 1) of the row. */
  key: number;
  /** Its line in the file. */
  line: number;
  characters: number;
  pieces: string[];
  templateTokens: number;
};

/**
 * The uniform number in [0, 1) of a row, which depends only on the seed and the row. The rows with the smallest numbers
 * are a simple random sample without replacement, regardless of how the file was divided into blocks.
 *
 * @source mixing function: Stafford's variant 13 of the MurmurHash3 finaliser, in 32-bit halves
 */
export function sampleKey(seed: number, row: number): number {
  const low = mix(mix(row >>> 0) ^ mix(seed ^ 0x9e3779b9));
  const high = mix(low ^ Math.floor(row / 2 ** 32) ^ 0x85ebca6b);
  return ((high >>> 6) * 2 ** 27 + (low >>> 5)) / 2 ** 53;
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Keeps the `size` rows with the smallest keys. */
export type RowSample = {
  /** Rows with a key at or above this value are not accepted. */
  below: () => number;
  offer: (row: SampledRow) => void;
  /** The sample in file order. */
  rows: () => SampledRow[];
};

/** Creates an empty sample of at most `size` rows that accepts only rows with a key below `below`. */
export function rowSample(size: number, below = 1): RowSample {
  let held: SampledRow[] = [];
  let limit = below;
  const prune = (): void => {
    if (held.length <= size) return;
    held = held.toSorted((a, b) => a.key - b.key || a.line - b.line);
    limit = held[size]!.key;
    held.length = size;
  };
  return {
    below: () => limit,
    offer: (row) => {
      if (row.key >= limit) return;
      held.push(row);
      if (held.length >= 2 * size + 64) prune();
    },
    rows: () => {
      prune();
      return held.toSorted((a, b) => a.line - b.line);
    },
  };
}
