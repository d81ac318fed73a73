import { HOURS_PER_MONTH } from "../../base/units.ts";
import type { OptionKind } from "../../domain/comparison.ts";
import { replicasFor } from "../serve-plan/gpu-cost.ts";
import type { Read } from "../uncertainty/simulate.ts";
import { TOKENIZER } from "./api-option.ts";
import type { MonthCost, OptionModel } from "./option-model.ts";

/**
 * Id of the capacity of one replica within the SLO, requests per second. As that of the same input in the cost of a
 * programme, so that both draw the same values.
 */
export const CAPACITY = "serving.capacity";

/** Id of the duration of a cold start. */
export const COLD_START = "assumption.serving.cold-start.seconds";

/** Id of the share of a month with any load. */
export const ACTIVE_SHARE = "traffic.activeShare";

/** The deployment that all hourly options share. */
export type Deployment = {
  /** Mean requests per second of the month. */
  perSec: number;
  peakOverMean: number;
  spareReplicas: number;
  /** GPUs of one replica. */
  gpus: number;
};

/** Id of the price of a GPU-hour; that of own GPUs on demand is the one in the cost of a programme. */
export function priceId(kind: OptionKind): string {
  return kind === "own-on-demand" ? "serving.usdPerGpuHour" : `price.${kind}`;
}

/** Replicas that run around the clock: an endpoint billed by the hour, or own GPUs, on demand or reserved. */
export function gpuOption(
  offer: Pick<OptionModel, "kind" | "label" | "basis" | "notes" | "usdPerGpuHour">,
  deployment: Deployment,
): OptionModel {
  const { perSec, peakOverMean, spareReplicas, gpus } = deployment;
  const carriesOf = (x: Read): number => x(CAPACITY) / x(TOKENIZER) / (perSec * peakOverMean);
  const replicaUsd = (x: Read): number => gpus * HOURS_PER_MONTH * x(priceId(offer.kind));
  return {
    ...offer,
    id: offer.kind,
    servesTuned: true,
    hasReplicas: true,
    needsPeople: offer.kind !== "dedicated-endpoint", // otherwise the seller operates it
    isApi: false,
    cost: (volume, x): MonthCost => {
      const replicas = replicasFor(volume / carriesOf(x)) + spareReplicas;
      const usedShare = volume / (replicas * carriesOf(x) * peakOverMean);
      const usd = replicas * replicaUsd(x);
      return { usd, idleUsd: usd * Math.max(0, 1 - usedShare), replicas, usedShare, coldStarts: 0 };
    },
    line: (x) => ({
      kind: "steps",
      fixedUsd: spareReplicas * replicaUsd(x),
      usdPerVolume: 0,
      usdPerReplica: replicaUsd(x),
      carries: carriesOf(x),
    }),
    usdPerVolume: (x) => replicaUsd(x) / carriesOf(x),
  };
}

/**
 * Replicas that stop when idle. A month has periods with load and periods without. With an active share `a`, the rate
 * in the former is `λ / a` with Poisson arrivals. A replica stays up for `W` seconds after a request (its answer and
 * the idle timeout). A request after a longer gap pays for a cold start of `C` seconds. The share of active time in
 * which the first replica is paid for is `1 − e^(−λW/a) + λ/a · e^(−λW/a) · C`, at most 1. Further replicas run during
 * all active time.
 *
 * @param upSec  W, seconds
 * @source Poisson arrivals: P(gap > W) = e^(−λW), E[min(gap, W)] = (1 − e^(−λW)) / λ
 */
export function scaleToZeroOption(
  offer: Pick<OptionModel, "label" | "basis" | "notes" | "usdPerGpuHour">,
  deployment: Deployment,
  upSec: number,
): OptionModel {
  const { perSec, peakOverMean, gpus } = deployment;
  const seconds = HOURS_PER_MONTH * 3600;
  const carriesOf = (x: Read): number => x(CAPACITY) / x(TOKENIZER) / perSec;
  const replicaUsd = (x: Read): number => gpus * HOURS_PER_MONTH * x(priceId("scale-to-zero"));
  const activeOf = (x: Read): number => Math.max(1 / peakOverMean, x(ACTIVE_SHARE));
  return {
    ...offer,
    id: "scale-to-zero",
    kind: "scale-to-zero",
    servesTuned: true,
    hasReplicas: true,
    needsPeople: true,
    isApi: false,
    cost: (volume, x): MonthCost => {
      const active = activeOf(x);
      const rate = (volume * perSec) / active;
      const replicas = replicasFor(volume / active / carriesOf(x));
      const missed = Math.exp(-rate * upSec);
      const up = Math.min(1, 1 - missed + rate * missed * x(COLD_START));
      const usd = replicaUsd(x) * active * (replicas - 1 + up);
      const paid = active * (replicas - 1 + up) * carriesOf(x);
      const usedShare = paid === 0 ? 0 : Math.min(1, volume / paid);
      return { usd, idleUsd: usd * (1 - usedShare), replicas, usedShare, coldStarts: rate * active * missed * seconds };
    },
    line: undefined,
    usdPerVolume: (x) => replicaUsd(x) / carriesOf(x),
  };
}
