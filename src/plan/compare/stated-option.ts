import type { OptionModel } from "./option-model.ts";

/**
 * Own serving at the cost that a programme states. The cost includes people, as in the payback, and is the same at
 * every volume, because its dependence on traffic is unknown.
 */
export function statedOption(usdPerMonth: number): OptionModel {
  return {
    id: "own-on-demand",
    kind: "own-on-demand",
    label: "own serving, as stated",
    servesTuned: true,
    hasReplicas: false,
    needsPeople: false,
    isApi: false,
    cost: () => ({ usd: usdPerMonth, idleUsd: 0, replicas: 0, usedShare: 0, coldStarts: 0 }),
    line: () => ({ kind: "linear", fixedUsd: usdPerMonth, usdPerVolume: 0 }),
    usdPerVolume: () => 0,
    basis: ["programme.yaml: serving.monthlyUsd, people included"],
    notes: ["the stated cost is that of this traffic, people included, and is taken to be the same at every volume"],
  };
}
