/** A batch of a series: its position, its number of rows, and the standard error of its mean. */
export interface SeriesBatch {
  /** Position of the batch in time; a gap in the numbers is a batch without rows. */
  readonly index: number;
  readonly rows: number;
  readonly mean: number;
  readonly standardError: number;
}

/** The mean of a window of batches minus the mean of a reference. */
export interface Contrast {
  readonly difference: number;
  /** Standard error of the difference, including the error of the reference. */
  readonly standardError: number;
}

/** Batches that count as one mean, weighted by their rows. */
export interface Weighted {
  readonly batches: readonly SeriesBatch[];
  /** Variance of one row, equal in all batches; default: from the standard error of each batch. */
  readonly rowVariance?: number;
}

/** A reference whose own error is computed once, for all windows that are compared with it. */
export interface PreparedReference {
  readonly terms: Terms;
  /** Variance of its mean. */
  readonly variance: number;
  readonly correlation: number;
  readonly decay: Decay;
}

/** Correlation of two batches by their distance in time. */
export type Decay = (distance: number) => number;

/** Prepares a reference. @param correlation  of neighbouring batches, as in `windowContrast` */
export function prepareReference(
  reference: Weighted,
  correlation: number,
  decay: Decay = decayOf(correlation),
): PreparedReference {
  const prepared = { terms: termsOf(reference), correlation, decay };
  return { ...prepared, variance: quadratic(prepared.terms, prepared) };
}

/** Powers of the correlation of neighbouring batches, from a table for short distances. */
export function decayOf(correlation: number): Decay {
  const table = new Float64Array(TABLE);
  for (let distance = 0; distance < TABLE; distance++) table[distance] = Math.pow(correlation, distance);
  return (distance) => table[distance] ?? Math.pow(correlation, distance);
}

const TABLE = 64;

/**
 * Difference of a window from a reference, assuming that the correlation of the errors of two batches is `correlation`
 * to the power of their distance in time (an autoregressive process of order 1). Both means are weighted by rows.
 *
 * @param correlation of neighbouring batches, 0 to below 1
 * @param mixFactor factor on the error of the reference because the window has a different mix of strata; 1: none
 */
export function windowContrast(
  reference: Weighted,
  window: Weighted,
  { correlation, mixFactor = 1 }: { correlation: number; mixFactor?: number },
): Contrast {
  return contrastWith(prepareReference(reference, correlation), window, mixFactor);
}

/** Like `windowContrast`, for a reference with which many windows are compared. */
export function contrastWith(reference: PreparedReference, window: Weighted, mixFactor: number): Contrast {
  const past = reference.terms;
  const now = termsOf(window);
  const within = reference.variance * mixFactor + quadratic(now, reference);
  const across = reference.correlation === 0 ? 0 : cross(past, now, reference.decay) * Math.sqrt(mixFactor);
  const variance = Math.max(0, within - 2 * across);
  return { difference: now.mean - past.mean, standardError: Math.sqrt(variance) };
}

type Terms = { index: Float64Array; share: Float64Array; mean: number };

/** `share`: the weight of each batch times the standard deviation of its mean. */
function termsOf({ batches, rowVariance }: Weighted): Terms {
  let rows = 0;
  for (const batch of batches) rows += batch.rows;
  const index = new Float64Array(batches.length);
  const share = new Float64Array(batches.length);
  let mean = 0;
  for (let k = 0; k < batches.length; k++) {
    const batch = batches[k]!;
    const weight = batch.rows / rows;
    index[k] = batch.index;
    share[k] = weight * (rowVariance === undefined ? batch.standardError : Math.sqrt(rowVariance / batch.rows));
    mean += weight * batch.mean;
  }
  return { index, share, mean };
}

function quadratic(
  { index, share }: Terms,
  { correlation, decay }: Pick<PreparedReference, "correlation" | "decay">,
): number {
  let sum = 0;
  for (let i = 0; i < index.length; i++) {
    sum += share[i]! * share[i]!;
    if (correlation === 0) continue;
    for (let j = 0; j < i; j++) sum += 2 * share[i]! * share[j]! * decay(Math.abs(index[i]! - index[j]!));
  }
  return sum;
}

function cross(past: Terms, now: Terms, decay: PreparedReference["decay"]): number {
  let sum = 0;
  for (let i = 0; i < now.index.length; i++) {
    for (let j = 0; j < past.index.length; j++) {
      const distance = Math.abs(now.index[i]! - past.index[j]!);
      if (distance < FAR) sum += now.share[i]! * past.share[j]! * decay(distance);
    }
  }
  return sum;
}

/** Distance from which batches are treated as independent: 0.8 to this power is below 0.002. */
const FAR = 30;
