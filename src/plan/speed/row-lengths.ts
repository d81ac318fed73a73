import type { LengthBucket } from "../../domain/run-spec.ts";

/** Rows between two lengths, as a share of all rows; the lengths are equal if the rows have a single length. */
type Segment = { from: number; to: number; share: number };

/**
 * Tokens of a padded row divided by those of the truncated row, if rows are padded to the longest of their batch: the
 * expected maximum of `batchSequences` randomly drawn rows, in closed form over the histogram (uniform within a
 * bucket). Rows grouped by length are drawn from one of fifty strata, because libraries group rows within fifty
 * batches.
 *
 * @param buckets ascending, without overlap, as `data inspect` reports them
 * @source E[max of b] = ∫ 1 − F(x)^b dx; transformers LengthGroupedSampler sorts within 50 batches
 */
export function paddingFactor(
  buckets: readonly LengthBucket[],
  sequenceTokens: number,
  { batchSequences, isGrouped }: { batchSequences: number; isGrouped: boolean },
): number {
  const cut = cutAt(segmentsOf(buckets), sequenceTokens);
  const strata = isGrouped ? strataOf(cut, STRATA) : [cut];
  const padded = strata.reduce((sum, entry) => sum + expectedLongest(entry, batchSequences), 0) / strata.length;
  return padded / expectedLongest(cut, 1);
}

const packed = new WeakMap<readonly LengthBucket[], Map<number, number>>();

/**
 * Share of a packed sequence that contains tokens: first-fit decreasing over rows at evenly spaced quantiles, without
 * the emptiest pack. Results are cached because a fleet search uses the same rows repeatedly.
 *
 * @source TRL and axolotl pack by (best or first) fit decreasing
 */
export function packedShare(buckets: readonly LengthBucket[], sequenceTokens: number): number {
  const known = packed.get(buckets) ?? new Map<number, number>();
  packed.set(buckets, known);
  const share = known.get(sequenceTokens) ?? filledShare(cutAt(segmentsOf(buckets), sequenceTokens), sequenceTokens);
  known.set(sequenceTokens, share);
  return share;
}

/** The rows, truncated to the length of a sequence. */
export function cutLengths(buckets: readonly LengthBucket[], sequenceTokens: number): LengthBucket[] {
  const rows = buckets.reduce((sum, bucket) => sum + bucket.rows, 0);
  return cutAt(segmentsOf(buckets), sequenceTokens).map(({ from, to, share }) => ({
    fromTokens: from,
    toTokens: to,
    rows: share * rows,
  }));
}

/** Share of the rows' tokens that remains if rows are truncated to the length of a sequence. */
export function keptShare(buckets: readonly LengthBucket[], sequenceTokens: number): number {
  const all = segmentsOf(buckets);
  return expectedLongest(cutAt(all, sequenceTokens), 1) / expectedLongest(all, 1);
}

/** Number of batches within which rows are grouped by length. */
const STRATA = 50;

function segmentsOf(buckets: readonly LengthBucket[]): Segment[] {
  const rows = buckets.reduce((sum, bucket) => sum + bucket.rows, 0);
  return buckets
    .filter((bucket) => bucket.rows > 0)
    .map(({ fromTokens, toTokens, rows: own }) => ({ from: fromTokens, to: toTokens, share: own / rows }))
    .toSorted((a, b) => a.from - b.from);
}

/** The rows, truncated to a length. */
function cutAt(segments: readonly Segment[], length: number): Segment[] {
  return segments.flatMap(({ from, to, share }): Segment[] => {
    if (to <= length) return [{ from, to, share }];
    if (from >= length) return [{ from: length, to: length, share }];
    const below = (share * (length - from)) / (to - from);
    return [
      { from, to: length, share: below },
      { from: length, to: length, share: share - below },
    ];
  });
}

/** Expected length of the longest of `count` rows; the mean if `count` is one. */
function expectedLongest(segments: readonly Segment[], count: number): number {
  let reached = 0;
  let below = 0;
  let length = 0;
  for (const { from, to, share } of segments) {
    length += (from - reached) * (1 - below ** count);
    const through = Math.min(1, below + share);
    const width = to - from;
    if (width > 0 && through > below) {
      const mean = (through ** (count + 1) - below ** (count + 1)) / ((count + 1) * (through - below));
      length += width * (1 - mean);
    }
    below = through;
    reached = to;
  }
  return length;
}

/**
 * Rows of similar length: equal shares of the rows from the shortest to the longest, each with its own distribution.
 */
function strataOf(segments: readonly Segment[], count: number): Segment[][] {
  const strata = Array.from({ length: count }, (): Segment[] => []);
  let below = 0;
  for (const { from, to, share } of segments) {
    const end = below + share;
    for (let index = Math.floor(below * count); index < count && index / count < end; index++) {
      const [low, high] = [Math.max(below, index / count), Math.min(end, (index + 1) / count)];
      if (high <= low) continue;
      const lengthAt = (reached: number): number => from + ((to - from) * (reached - below)) / share;
      strata[index]!.push({ from: lengthAt(low), to: lengthAt(high), share: (high - low) * count });
    }
    below = end;
  }
  return strata.filter((stratum) => stratum.length > 0);
}

/** Number of packs to simulate: enough that one more row in the last pack hardly matters. */
const PACKS = 100;

function filledShare(segments: readonly Segment[], sequenceTokens: number): number {
  const mean = expectedLongest(segments, 1);
  const rows = Math.min(4096, Math.max(256, Math.ceil((PACKS * sequenceTokens) / mean)));
  const free: number[] = [];
  for (const length of longestFirst(segments, rows)) {
    const fit = free.findIndex((room) => room >= length);
    if (fit === -1) free.push(sequenceTokens - length);
    else free[fit]! -= length;
  }
  const whole = free.length > 1 ? free.toSorted((a, b) => a - b).slice(0, -1) : free;
  return 1 - whole.reduce((sum, room) => sum + room, 0) / (whole.length * sequenceTokens);
}

/** Lengths at evenly spaced quantiles, the longest first. */
function longestFirst(segments: readonly Segment[], count: number): number[] {
  const lengths: number[] = [];
  let position = 0;
  let below = 0;
  for (let index = 0; index < count; index++) {
    const quantile = (index + 0.5) / count;
    while (position < segments.length - 1 && below + segments[position]!.share < quantile)
      below += segments[position++]!.share;
    const { from, to, share } = segments[position]!;
    lengths.push(Math.max(1, from + (to - from) * Math.min(1, (quantile - below) / share)));
  }
  return lengths.toReversed();
}
