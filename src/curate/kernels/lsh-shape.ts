/** Division of a signature: `bands` of `rows` values each, out of `bins`. */
export type LshShape = { bins: number; bands: number; rows: number };

/** Probability that two texts with the given Jaccard similarity share a band, for independent values. */
export function bandProbability(jaccard: number, { bands, rows }: Pick<LshShape, "bands" | "rows">): number {
  return 1 - (1 - jaccard ** rows) ** bands;
}

/**
 * The most selective division of a signature that finds a pair at the threshold with at least the given probability:
 * the maximum number of rows, then all bands that fit.
 *
 * @param bins length of the signature, a power of two
 * @source Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, section 3.4: P(s) = 1 - (1 - s^r)^b
 */
export function lshShape(threshold: number, { bins, recall }: { bins: number; recall: number }): LshShape {
  for (let rows = 16; rows > 1; rows--) {
    const shape = { bins, bands: Math.floor(bins / rows), rows };
    if (bandProbability(threshold, shape) >= recall) return shape;
  }
  return { bins, bands: bins, rows: 1 };
}
