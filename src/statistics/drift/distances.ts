/**
 * Population stability index of two distributions over the same bins: the sum of (q - p) ln(q / p).
 *
 * @param floor  share that replaces that of an empty bin; report it, because it determines the value if a bin is empty
 */
export function populationStability(reference: readonly number[], current: readonly number[], floor = 1e-4): number {
  return reference.reduce((sum, raw, k) => {
    const p = raw === 0 ? floor : raw;
    const q = current[k] === 0 ? floor : current[k]!;
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}

/** Kullback-Leibler divergence of p from q in nats; infinite if q has no mass in a bin in which p has some. */
export function kullbackLeibler(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, k) => (share === 0 ? sum : sum + share * Math.log(share / q[k]!)), 0);
}

/** Jensen-Shannon distance (the root of the divergence). @param base  of the logarithm; default: e */
export function jensenShannon(p: readonly number[], q: readonly number[], base = Math.E): number {
  const middle = p.map((share, k) => (share + q[k]!) / 2);
  const divergence = (kullbackLeibler(p, middle) + kullbackLeibler(q, middle)) / 2;
  return Math.sqrt(Math.max(0, divergence) / Math.log(base));
}

/** Hellinger distance, 0 to 1. */
export function hellinger(p: readonly number[], q: readonly number[]): number {
  return Math.sqrt(p.reduce((sum, share, k) => sum + (Math.sqrt(share) - Math.sqrt(q[k]!)) ** 2, 0) / 2);
}

/** Total variation distance, 0 to 1. */
export function totalVariation(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, k) => sum + Math.abs(share - q[k]!), 0) / 2;
}

/** A one-dimensional sample, with a weight per value; default: equal weights. */
export interface Sample {
  readonly values: readonly number[];
  readonly weights?: readonly number[];
}

/** Wasserstein-1 distance of two samples: the area between their distribution functions. */
export function wasserstein(first: Sample, second: Sample): number {
  return betweenCdfs(first, second, Math.abs);
}

/**
 * Energy distance of two samples as defined in SciPy: the root of twice the integral of the squared difference of their
 * distribution functions.
 */
export function energyDistance(first: Sample, second: Sample): number {
  return Math.sqrt(2 * betweenCdfs(first, second, (gap) => gap * gap));
}

function betweenCdfs(first: Sample, second: Sample, height: (gap: number) => number): number {
  const points = [...signed(first, 1), ...signed(second, -1)].toSorted((a, b) => a.value - b.value);
  let gap = 0;
  let area = 0;
  for (let k = 0; k + 1 < points.length; k++) {
    gap += points[k]!.mass;
    area += height(gap) * (points[k + 1]!.value - points[k]!.value);
  }
  return area;
}

function signed({ values, weights }: Sample, sign: 1 | -1): { value: number; mass: number }[] {
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? values.length;
  return values.map((value, i) => ({ value, mass: (sign * (weights?.[i] ?? 1)) / total }));
}
