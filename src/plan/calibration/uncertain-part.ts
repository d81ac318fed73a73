/**
 * What physics says of a quantity, and how much of it no measurement corrects: `held` follows from counts and formats,
 * or is a budget that is set. Of 42 GiB of a 70B model in 4 bits 37 are its weights, which an unknown library does not
 * double; so the residuals are of what is left, and correct that alone.
 */
export type Physics = { physics: number; held: number };

/** A measurement below what is held shows an error of physics itself, of which a ratio of the rest cannot say how large. */
const LEAST_RATIO = 0.05;

/** The part of a measured value that physics is unsure of, over what physics says of that part. */
export function uncertainRatio(measured: number, { physics, held }: Physics): number {
  return Math.max((measured - held) / (physics - held), LEAST_RATIO);
}

/** The value where the unsure part is a factor off: the inverse of `uncertainRatio`. */
export function correctedBy(factor: number, { physics, held }: Physics): number {
  return held + (physics - held) * factor;
}
