import { type Random, seededRandom } from "../base/random.ts";

/** Spacing of arrivals by the clock. */
export type Spacing = { perSec: number; arrivals: "constant" | "poisson" };

/**
 * Times at which requests are due, seconds from the start, without end. They are fixed by the seed before anything is
 * sent, so that no answer can move them. Poisson arrivals have exponential gaps and are not rescaled to a fixed length:
 * what the seed gives is what is offered. The first request is due after a gap too, or at 0 if they are even.
 */
export function* arrivalTimes({ perSec, arrivals }: Spacing, seed: number): Generator<number, never> {
  if (arrivals === "constant") for (let index = 0; ; index++) yield index / perSec;
  const random: Random = seededRandom(seed);
  for (let index = 0; ;) {
    index += -Math.log(1 - random()) / perSec;
    yield index;
  }
}
