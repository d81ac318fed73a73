/** A fitted line, with the significance of its slope. */
export type Slope = {
  /** Change of y per unit of x. */
  perX: number;
  /** Ratio of slope to standard error; above 3 the slope is significant. */
  t: number;
  n: number;
};

/** Least-squares line through points; undefined if there are fewer than three, or if all have the same x. */
export function slopeOf(x: Float64Array, y: Float64Array): Slope | undefined {
  const n = x.length;
  if (n < 3) return undefined;
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let index = 0; index < n; index++) {
    const [dx, dy] = [x[index]! - meanX, y[index]! - meanY];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  if (xx === 0) return undefined;
  const perX = xy / xx;
  const residual = Math.max(0, yy - perX * xy) / (n - 2);
  const error = Math.sqrt(residual / xx);
  return { perX, t: error === 0 ? (perX === 0 ? 0 : Math.sign(perX) * Number.POSITIVE_INFINITY) : perX / error, n };
}
