/** A distribution as values with weights. */
export type Points = readonly { value: number; weight: number }[];

/**
 * Quantile of weighted values in ascending order: each value is at the middle of its weight, with linear interpolation
 * between values. With equal weights, this is Hyndman and Fan's type 5.
 *
 * @param points  at least one
 */
export function quantileOf(points: Points, probability: number): number {
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  let before: { value: number; at: number } | undefined;
  for (const { value, weight } of points) {
    const index = (below + weight / 2) / total;
    if (index >= probability) {
      if (before === undefined) return value;
      return before.value + ((value - before.value) * (probability - before.at)) / (index - before.at);
    }
    before = { value, at: index };
    below += weight;
  }
  return before!.value;
}

/**
 * Mean absolute distance from a centre, scaled to the standard deviation of a normal distribution; less sensitive to
 * outliers than squares.
 */
export function meanAbsoluteDeviation(points: Points, centre: number): number {
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const distance = points.reduce((sum, { value, weight }) => sum + weight * Math.abs(value - centre), 0);
  return (Math.sqrt(Math.PI / 2) * distance) / total;
}
