import type { ApiPrice } from "../../domain/price.ts";
import type { OptionModel } from "./option-model.ts";

/** Monthly spend that a programme states and replaces, US dollars. */
export type StatedSpend = {
  /** Replaced share of the spend on an API, which grows with the traffic and changes with API prices. */
  apiUsd: number;
  /** Other cost, such as people; constant. */
  laborUsd: number;
  /** Price of that API; undefined if it is not named. */
  price?: ApiPrice | undefined;
  /** Its parts in words. */
  text: string;
};

/** Id of the stated spend. */
const TODAY = "today";

/**
 * The stated spend that the programme replaces, as in `plan payback`; savings are counted from it. Only its API part
 * follows the traffic.
 */
export function todayOption({ apiUsd, laborUsd, price, text }: StatedSpend): OptionModel {
  return {
    id: TODAY,
    kind: "today",
    label: "what is spent today, as stated",
    servesTuned: false,
    hasReplicas: false,
    needsPeople: false,
    isApi: apiUsd > 0,
    price,
    constantUsd: laborUsd,
    cost: (volume) => ({ usd: laborUsd + volume * apiUsd, idleUsd: 0, replicas: 0, usedShare: 0, coldStarts: 0 }),
    line: () => ({ kind: "linear", fixedUsd: laborUsd, usdPerVolume: apiUsd }),
    usdPerVolume: () => apiUsd,
    basis: [`programme.yaml: ${text}`],
    notes: [],
  };
}
