import type { Clock } from "../../base/clock.ts";
import type { GpuPrice } from "../../domain/price.ts";

/** Price sources of runs: names of the programmes, and the price book of each. */
export type Pricing = {
  programmes: readonly string[];
  pricesOf: (programme: string) => readonly GpuPrice[];
  now: Clock;
  /** The engineer who reads, to whom only own budgets are shown; undefined: all are. */
  engineer?: string | undefined;
};
