import { seededRandom } from "../../../base/random.ts";

/**
 * Primitive polynomials and initial direction numbers of dimensions 2 to 16: degree, coefficients, m.
 *
 * @source Joe and Kuo 2008, "Constructing Sobol sequences with better two-dimensional projections", new-joe-kuo-6.21201
 */
const DIRECTIONS: readonly (readonly [degree: number, coefficients: number, m: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
];

const BITS = 32;

/** Maximum number of dimensions of the sequence. */
export const SOBOL_DIMENSIONS = DIRECTIONS.length + 1;

/**
 * A point of the Sobol sequence in [0, 1)^dimensions. With a seed, the bits of each dimension are XORed with a random
 * number, which preserves the even coverage and avoids the origin.
 *
 * @param index  number of the point, from 0
 */
export function sobolPoint(index: number, { dimensions, seed }: { dimensions: number; seed?: number }): number[] {
  const random = seed === undefined ? undefined : seededRandom(seed);
  const gray = index ^ (index >>> 1);
  return Array.from({ length: dimensions }, (_, dimension) => {
    const directions = directionsOf(dimension);
    let bits = random === undefined ? 0 : Math.floor(random() * 2 ** BITS);
    for (let bit = 0; bit < BITS; bit++) if ((gray >>> bit) & 1) bits ^= directions[bit]!;
    return (bits >>> 0) / 2 ** BITS;
  });
}

function directionsOf(dimension: number): number[] {
  if (dimension === 0) return Array.from({ length: BITS }, (_, bit) => (1 << (BITS - 1 - bit)) >>> 0);
  const [degree, coefficients, m] = DIRECTIONS[dimension - 1]!;
  const v: number[] = m.map((value, bit) => (value << (BITS - 1 - bit)) >>> 0);
  for (let bit = degree; bit < BITS; bit++) {
    let value = v[bit - degree]! ^ (v[bit - degree]! >>> degree);
    for (let k = 1; k < degree; k++) if ((coefficients >>> (degree - 1 - k)) & 1) value ^= v[bit - k]!;
    v.push(value >>> 0);
  }
  return v;
}
