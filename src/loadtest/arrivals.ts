import { type Random, seededRandom } from "../base/random.ts";

/** Spacing of arrivals in time. */
export type Spacing = { perSec: number; arrivals: "constant" | "poisson" };

/**
 * Times at which requests are due, seconds from the start, an infinite sequence. They are determined by the seed before
 * anything is sent, so that no answer can influence them. Poisson arrivals have exponential gaps and are not rescaled
 * to a fixed length. The first request is also due after a gap, or at 0 if arrivals are constant.
 */
export function* arrivalTimes({ perSec, arrivals }: Spacing, seed: number): Generator<number, never> {
  if (arrivals === "constant") for (let index = 0; ; index++) yield index / perSec;
  const random: Random = seededRandom(seed);
  for (let index = 0; ;) {
    index += -Math.log(1 - random()) / perSec;
    yield index;
  }
}
