import type { OptionModel } from "./option-model.ts";

/** Monthly spend that a programme states and replaces, US dollars. */
export type StatedSpend = {
  /** Spend on an API, the replaced share only: it grows with the traffic and changes with API prices. */
  apiUsd: number;
  /** Other cost, such as people: constant. */
  laborUsd: number;
};

/** Id of the stated spend. */
export const TODAY = "today";

/**
 * The stated spend that the programme replaces, as in `plan payback`: savings are counted from it. Only its API part
 * follows the traffic.
 */
export function todayOption({ apiUsd, laborUsd }: StatedSpend): OptionModel {
  return {
    id: TODAY,
    kind: "today",
    label: "what is spent today, as stated",
    servesTuned: false,
    hasReplicas: false,
    needsPeople: false,
    isApi: true,
    constantUsd: laborUsd,
    cost: (volume) => ({ usd: laborUsd + volume * apiUsd, idleUsd: 0, replicas: 0, usedShare: 0, coldStarts: 0 }),
    line: () => ({ kind: "linear", fixedUsd: laborUsd, usdPerVolume: apiUsd }),
    usdPerVolume: () => apiUsd,
    basis: [
      "programme.yaml: today.apiUsdPerMonth, or the list price of today.api, × today.shareReplaced + today.laborUsdPerMonth",
    ],
    notes: [],
  };
}
