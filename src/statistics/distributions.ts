import { normalQuantile } from "../base/normal-quantile.ts";

/** Half the width of a 95 % interval, in standard errors. */
export const Z95 = normalQuantile(0.975);

/**
 * Natural logarithm of the gamma function.
 *
 * @param x  above 0
 * @source Lanczos 1964, with the coefficients of Godfrey (g = 7, n = 9)
 * @accuracy about 1 part in 10^14
 */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const sum = LANCZOS.reduce((total, coefficient, i) => total + (i === 0 ? coefficient : coefficient / (z + i)), 0);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/**
 * Regularised incomplete beta function I_x(a, b): the distribution function of Beta(a, b).
 *
 * @source Lentz's method on the continued fraction of DLMF 8.17.22
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  return front * betaFraction(x, a, b);
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / keepFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / keepFromZero(1 + even * d);
    c = keepFromZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / keepFromZero(1 + odd * d);
    c = keepFromZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return value;
}

function keepFromZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** Quantile of Beta(a, b), by bisection to the last bit. */
export function betaQuantile(probability: number, a: number, b: number): number {
  return bisect((x) => betaCdf(x, a, b) - probability, 0, 1);
}

/** Upper tail of the chi-square distribution: P(X > x) with `degrees` degrees of freedom. */
export function chiSquareTail(x: number, degrees: number): number {
  return x <= 0 ? 1 : gammaTail(degrees / 2, x / 2);
}

/** Regularised upper incomplete gamma function Q(a, x). @source DLMF 8.7.1 (series) and 8.9.2 (continued fraction) */
function gammaTail(a: number, x: number): number {
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-17; n++) sum += term *= x / (a + n);
    return 1 - sum * front;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let i = 1; i < 10_000; i++) {
    const factor = -i * (i - a);
    b += 2;
    d = 1 / keepFromZero(factor * d + b);
    c = keepFromZero(b + factor / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return front * value;
}

/** Standard normal distribution function Φ(z). */
export function normalCdf(z: number): number {
  const tail = 0.5 * gammaTailOfSquare(z);
  return z > 0 ? 1 - tail : tail;
}

/** P(|Z| > |z|) of a standard normal Z: the two-sided p of a z statistic. */
export function twoSidedNormal(z: number): number {
  return gammaTailOfSquare(z);
}

function gammaTailOfSquare(z: number): number {
  return z === 0 ? 1 : gammaTail(0.5, (z * z) / 2);
}

/** Two-sided p of Student's t with `degrees` degrees of freedom. */
export function twoSidedStudent(t: number, degrees: number): number {
  return betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** Quantile of Student's t. @param probability  above 0.5 and below 1 */
export function studentQuantile(probability: number, degrees: number): number {
  const x = betaQuantile(2 * (1 - probability), degrees / 2, 0.5);
  return Math.sqrt((degrees * (1 - x)) / x);
}

/** P(X <= k) of a binomial X of n trials with probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return betaCdf(1 - p, n - k, k + 1);
}

/** P(X = k) of a binomial X of n trials with probability p strictly between 0 and 1. */
export function binomialPoint(k: number, n: number, p: number): number {
  const choose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(choose + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

function bisect(f: (x: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
