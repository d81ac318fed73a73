/** 90th percentile of the standard normal distribution. */
export const Z90 = 1.2815515655446004;

/**
 * Quantile (inverse distribution function) of the standard normal distribution.
 *
 * @param probability  strictly between 0 and 1
 * @returns z with Φ(z) = probability; NaN outside (0, 1)
 * @source Wichura 1988, Algorithm AS 241 (PPND16), Applied Statistics 37(3)
 * @accuracy about 1 part in 10^16
 */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(CENTRE_OVER, r)) / horner(CENTRE_UNDER, r);
  }
  const tail = q < 0 ? probability : 1 - probability;
  const r = Math.sqrt(-Math.log(tail));
  const z =
    r <= 5
      ? horner(MIDDLE_OVER, r - 1.6) / horner(MIDDLE_UNDER, r - 1.6)
      : horner(FAR_OVER, r - 5) / horner(FAR_UNDER, r - 5);
  return q < 0 ? -z : z;
}

/** Value of a polynomial; coefficients in ascending order. */
function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

const CENTRE_OVER = [
  3.387132872796366, 133.1416678917844, 1971.590950306551, 13731.69376550946, 45921.95393154987, 67265.77092700871,
  33430.57558358813, 2509.080928730123,
];
const CENTRE_UNDER = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.7943015866, 39307.89580009271, 28729.08573572194,
  5226.495278852545,
];
const MIDDLE_OVER = [
  1.423437110749683, 4.630337846156546, 5.769497221460691, 3.647848324763205, 1.270458252452368, 0.2417807251774506,
  0.02272384498926918, 0.0007745450142783414,
];
const MIDDLE_UNDER = [
  1, 2.053191626637759, 1.676384830183804, 0.6897673349851, 0.1481039764274801, 0.01519866656361646,
  0.0005475938084995345, 1.050750071644417e-9,
];
const FAR_OVER = [
  6.657904643501103, 5.463784911164114, 1.784826539917291, 0.2965605718285049, 0.02653218952657612,
  0.001242660947388078, 2.711555568743488e-5, 2.010334399292288e-7,
];
const FAR_UNDER = [
  1, 0.599832206555888, 0.1369298809227358, 0.01487536129085061, 0.0007868691311456133, 1.846318317510055e-5,
  1.421511758316446e-7, 2.04426310338994e-15,
];
