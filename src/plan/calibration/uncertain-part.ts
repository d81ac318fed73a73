/**
 * The physics of a quantity, and the part of it that measurements do not calibrate: `held` follows from counts and
 * formats, or is a fixed budget. Of the 42 GiB of a 70B model in 4 bits, 37 are its weights, which are not doubled by
 * an unknown library. Residuals therefore concern and calibrate only the remainder.
 */
export type Physics = { physics: number; held: number };

/**
 * A measurement below the held part shows an error of the physics itself, which a ratio of the remainder cannot
 * express.
 */
const LEAST_RATIO = 0.05;

/** Ratio of the uncertain part of a measured value to that of the physics. */
export function uncertainRatio(measured: number, { physics, held }: Physics): number {
  return Math.max((measured - held) / (physics - held), LEAST_RATIO);
}

/** The value whose uncertain part differs from physics by a factor: the inverse of `uncertainRatio`. */
export function correctedBy(factor: number, { physics, held }: Physics): number {
  return held + (physics - held) * factor;
}
