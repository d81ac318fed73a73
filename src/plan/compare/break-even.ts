import type { CostLine } from "./option-model.ts";

/**
 * Smallest volume at which an option costs no more than one that is billed by the token; Infinity if there is none.
 * With n replicas, the curves cross at `(fixed + n × perReplica − fee) / (price − perVolume)`, which applies if n
 * replicas can serve that volume. One more replica gains `carries × price − perReplica`; if that is not positive, more
 * traffic never covers the fixed cost.
 */
export function leastVolume(option: CostLine, against: Extract<CostLine, { kind: "linear" }>): number {
  if (option.kind === "linear") {
    const [fixed, gain] = [option.fixedUsd - against.fixedUsd, against.usdPerVolume - option.usdPerVolume];
    if (fixed <= 0) return 0;
    return gain > 0 ? fixed / gain : Infinity;
  }
  const { usdPerReplica, carries } = option;
  const fixed = option.fixedUsd - against.fixedUsd;
  const price = against.usdPerVolume - option.usdPerVolume;
  if (fixed + usdPerReplica <= 0) return 0;
  const gain = carries * price - usdPerReplica;
  if (price <= 0 || (gain <= 0 && fixed > 0)) return Infinity;
  if (gain <= 0) return fixed + usdPerReplica <= carries * price ? (fixed + usdPerReplica) / price : Infinity;
  const replicas = Math.max(1, Math.ceil(fixed / gain - 1e-9));
  return (fixed + replicas * usdPerReplica) / price;
}

/** Range of volumes in which a crossing is searched for, and the number of steps. */
const SEARCH = { from: 1e-6, to: 1e6, steps: 240 } as const;

/** Break-even volume of costs that are neither linear nor stepwise: the first crossing from above, by bisection. */
export function leastVolumeBetween(option: (volume: number) => number, against: (volume: number) => number): number {
  const above = (volume: number): boolean => option(volume) > against(volume) * (1 + 1e-12);
  const volumeAt = (step: number): number => SEARCH.from * (SEARCH.to / SEARCH.from) ** (step / SEARCH.steps);
  if (!above(volumeAt(0))) return 0;
  for (let step = 1; step <= SEARCH.steps; step++) {
    if (above(volumeAt(step))) continue;
    let [low, high] = [volumeAt(step - 1), volumeAt(step)];
    for (let i = 0; i < 60; i++) {
      const middle = Math.sqrt(low * high);
      if (above(middle)) low = middle;
      else high = middle;
    }
    return high;
  }
  return Infinity;
}
