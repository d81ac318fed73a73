import { normal, type Random } from "../../../base/random.ts";
import { normalCdf } from "../../../statistics/distributions.ts";

/** A finished or running trial as seen by the search: its position in the unit cube, and its score. */
export type Observation = {
  point: readonly number[];
  /**
   * Lower is better; undefined while the trial runs, in which case it counts as bad, so that no second trial is tried
   * close to it.
   */
  score: number | undefined;
};

/** Number of values of each dimension without an order (a choice of words); undefined for the others. */
export type Categories = readonly (number | undefined)[];

/** Number of candidates drawn from the density of good trials. */
const CANDIDATES = 24;

/** Maximum number of trials that count as good. */
const MOST_GOOD = 25;

/** Number of newest trials whose weight does not decrease with age. */
const FULL_WEIGHTS = 25;

/**
 * The next point by the tree-structured Parzen estimator: among candidates drawn from the density of the good trials,
 * the one that is least likely among the bad. All dimensions are modelled jointly, so that fields that work only
 * together are found.
 *
 * @param observations oldest first, at least one with a score
 * @source Bergstra et al. 2011; multivariate kernels as in Falkner et al. 2018 (BOHB); shares, weights and bandwidths
 * as in optuna.samplers.TPESampler(multivariate=True) 4.1; running trials as bad: Ginsbourger et al. 2010, constant
 * liar
 */
export function suggestPoint(
  observations: readonly Observation[],
  { categories, random }: { categories: Categories; random: Random },
): number[] {
  const scored = observations.filter(({ score }) => score !== undefined);
  const order = scored.toSorted((a, b) => a.score! - b.score!);
  const good = new Set(order.slice(0, Math.min(MOST_GOOD, Math.ceil(0.1 * scored.length))));
  const likely = density(
    observations.filter((one) => good.has(one)),
    categories,
  );
  const unlikely = density(
    observations.filter((one) => !good.has(one)),
    categories,
  );
  let best: number[] = [];
  let bestRatio = Number.NEGATIVE_INFINITY;
  for (let candidate = 0; candidate < CANDIDATES; candidate++) {
    const point = draw(likely, random);
    const ratio = logDensity(likely, point) - logDensity(unlikely, point);
    if (ratio <= bestRatio) continue;
    best = point;
    bestRatio = ratio;
  }
  return best;
}

/** A mixture: one kernel per trial, and a broad one for untried regions. */
type Density = {
  categories: Categories;
  /** Centres of the kernels, kernel by kernel. */
  means: Float64Array;
  /** Widths of the kernels by dimension; the last kernel is as wide as the cube. */
  widths: readonly number[];
  /** Logarithm of weight and normalisation of each kernel. */
  logWeights: Float64Array;
  weights: Float64Array;
};

function density(observations: readonly Observation[], categories: Categories): Density {
  const dimensions = categories.length;
  const count = observations.length + 1;
  const means = new Float64Array(count * dimensions).fill(0.5);
  for (const [kernel, { point }] of observations.entries()) means.set(point, kernel * dimensions);
  const width = Math.max(
    0.2 * Math.max(1, observations.length) ** (-1 / (dimensions + 4)),
    1 / Math.min(100, 1 + count),
  );
  const widths = categories.map(() => width);
  const weights = weightsOf(count);
  const logWeights = weights.map(Math.log);
  const logMass = logMassInside(width);
  const broadMass = Math.log(massInside(0.5, 1));
  for (let kernel = 0; kernel < count; kernel++) {
    for (let dimension = 0; dimension < dimensions; dimension++) {
      if (categories[dimension] !== undefined) continue;
      const mean = means[kernel * dimensions + dimension]!;
      logWeights[kernel]! -= kernel === count - 1 ? broadMass : Math.log(width) + logMass(mean);
    }
  }
  return { categories, means, widths, logWeights, weights };
}

/** Part of a kernel that lies inside the cube. */
function massInside(mean: number, width: number): number {
  return normalCdf((1 - mean) / width) - normalCdf(-mean / width);
}

/**
 * Number of positions at which the mass inside the cube is computed; values between them are interpolated, because the
 * function is called often.
 */
const MASS_CELLS = 256;

function logMassInside(width: number): (mean: number) => number {
  const masses = Array.from({ length: MASS_CELLS + 2 }, (_, cell) => Math.log(massInside(cell / MASS_CELLS, width)));
  return (mean) => {
    const place = mean * MASS_CELLS;
    const cell = Math.floor(place);
    return masses[cell]! + (masses[cell + 1]! - masses[cell]!) * (place - cell);
  };
}

/** Weights of the trials: the newest weigh as much as the broad kernel, and earlier ones less with age. */
function weightsOf(count: number): Float64Array {
  const trials = count - 1;
  const fading = Math.max(0, trials - FULL_WEIGHTS);
  const weights = new Float64Array(count).fill(1);
  for (let index = 0; index < fading; index++) {
    weights[index] = fading === 1 ? 1 / trials : 1 / trials + (index * (1 - 1 / trials)) / (fading - 1);
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function draw({ categories, means, widths, weights }: Density, random: Random): number[] {
  let place = random();
  let kernel = weights.findIndex((weight) => (place -= weight) < 0);
  if (kernel === -1) kernel = weights.length - 1;
  const isBroad = kernel === weights.length - 1;
  return categories.map((count, dimension) => {
    const mean = means[kernel * categories.length + dimension]!;
    if (count !== undefined) return isBroad || random() < categoryNoise(weights.length) ? random() : mean;
    const width = isBroad ? 1 : widths[dimension]!;
    for (;;) {
      const value = mean + width * normal(random);
      if (value >= 0 && value < 1) return value;
    }
  });
}

/** Share of a categorical kernel that is spread over all values, so that with few trials no value is ruled out. */
function categoryNoise(kernels: number): number {
  return 1 / (1 + kernels);
}

function logDensity({ categories, means, widths, logWeights }: Density, point: readonly number[]): number {
  const dimensions = categories.length;
  const kernels = logWeights.length;
  const terms = logWeights.slice();
  const last = kernels - 1; // the broad kernel
  for (const [dimension, count] of categories.entries()) {
    const place = point[dimension]!;
    if (count === undefined) {
      const inverse = 1 / widths[dimension]!;
      for (let kernel = 0; kernel < last; kernel++) {
        const z = (place - means[kernel * dimensions + dimension]!) * inverse;
        terms[kernel]! -= 0.5 * z * z;
      }
      terms[last]! -= 0.5 * (place - 0.5) ** 2;
      continue;
    }
    // logarithms once for all kernels: with many trials they would take most of the time
    const noise = categoryNoise(kernels);
    const logOther = Math.log(noise);
    const logSame = Math.log(noise + (1 - noise) * count);
    const chosen = Math.floor(place * count);
    for (let kernel = 0; kernel < last; kernel++) {
      terms[kernel]! += Math.floor(means[kernel * dimensions + dimension]! * count) === chosen ? logSame : logOther;
    }
  }
  const largest = terms.reduce((most, term) => Math.max(most, term), Number.NEGATIVE_INFINITY);
  let sum = 0;
  // terms below e^-40 of the largest are smaller than the rounding error of the sum
  for (const term of terms) if (term > largest - 40) sum += Math.exp(term - largest);
  return largest + Math.log(sum);
}
