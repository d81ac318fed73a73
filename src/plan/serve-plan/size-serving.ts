import { HOURS_PER_MONTH } from "../../base/units.ts";
import { isRefusal, type Estimate, type Quantity } from "../../domain/estimate.ts";
import type { CapacityMeasurement, ReplicaCount, SloCapacity } from "../../domain/serve-plan.ts";
import type { ServeSpec } from "../../domain/serve-spec.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import { replicaOf } from "../serve/replica.ts";
import { gpuUsdPerMonth } from "./gpu-cost.ts";
import { measuredCapacity, type MeasuredServing } from "./measured-capacity.ts";
import { product, quotient, scaled } from "./quantity-maths.ts";
import { replicaCount } from "./replica-count.ts";
import { type Serving, serveRun } from "./serving.ts";

/** Input for sizing a replica, in addition to the serving itself. */
export type SizingRequest = Serving & {
  /** Price of one GPU-hour. */
  usdPerGpuHour: Quantity;
  /** A load test of one replica; its capacity replaces the estimate. */
  measured?: MeasuredServing | undefined;
  /**
   * Output tokens per second of one replica, measured and stated by the user. It replaces both the estimate and the
   * load test.
   */
  statedTokensPerSec?: number | undefined;
  /** Tokens of the served model per token of the load; its range widens the range of the number of replicas. */
  ownTokensPerToken?: Estimate | undefined;
};

/** A replica, the number of replicas for the peak, and the cost of their GPUs. */
export type SizedServing = {
  serving: Serving;
  usdPerGpuHour: Quantity;
  /** GPUs of one replica. */
  gpus: number;
  capacity: SloCapacity;
  /** The capacity used for counting replicas, with the uncertainty of the token ratio. */
  carries: Pick<SloCapacity, "requestsPerSec" | "slowEnd">;
  measured: CapacityMeasurement | null;
  replicas: ReplicaCount;
  gpuHoursPerMonth: Quantity;
  /** GPUs only, US dollars. If no rate is given, it is for the replicas of the plan. */
  usdPerMonth: Quantity;
  warnings: string[];
};

/**
 * Sizes the serving of a model: the capacity of one replica within the SLO, the replicas for the peak including spare
 * ones, and the monthly GPU cost. Every command that reports one of these uses this function.
 *
 * @param estimated  capacity by the estimator
 * @throws Failure as `measuredCapacity`
 */
export function sizeServing(request: SizingRequest, estimated: SloCapacity): SizedServing {
  const { spec, shape, gpu, usdPerGpuHour, measured, statedTokensPerSec, ownTokensPerToken } = request;
  const serving: Serving = { spec, shape, gpu };
  const measurement = measured && measuredCapacity(measured, { serving, estimated });
  const capacity =
    statedTokensPerSec === undefined
      ? (measurement?.capacity ?? estimated)
      : statedCapacity(spec, statedTokensPerSec, estimated);
  const carries = carriedBy(capacity, ownTokensPerToken);
  const replicas = replicaCount(spec, { ...capacity, ...carries });
  const { gpus } = replicaOf(serveRun(serving));
  const { peakRequestsPerSec: peakPerSec, spare } = replicas;
  const gpuHours = gpuHoursPerMonth({ spec, gpus, replicas });
  const usdPerMonth =
    spec.replicas !== undefined || peakPerSec === null
      ? product(gpuHours, usdPerGpuHour, "USD/month")
      : gpuUsdPerMonth({ peakPerSec, spare, gpus }, carries, usdPerGpuHour);
  return {
    serving,
    usdPerGpuHour,
    gpus,
    capacity,
    carries,
    measured: measurement?.measured ?? null,
    replicas,
    gpuHoursPerMonth: gpuHours,
    usdPerMonth,
    warnings: measurement?.warnings ?? [],
  };
}

/** GPU-hours of an average month, around the clock. */
function gpuHoursPerMonth({ spec, gpus, replicas }: Pick<SizedServing, "gpus" | "replicas"> & Pick<Serving, "spec">) {
  const hours = gpus * HOURS_PER_MONTH;
  const { planned, needed } = replicas;
  if (spec.replicas === undefined && spec.rate !== undefined) {
    const quantity = scaled(needed, hours, `replicas × ${gpus} GPUs × ${HOURS_PER_MONTH} h`);
    return isRefusal(quantity) ? quantity : { ...quantity, unit: "GPU-h/month" };
  }
  const count = planned ?? 1;
  return pointEstimate(count * hours, "GPU-h/month", `${count} replicas × ${gpus} GPUs × ${HOURS_PER_MONTH} h`);
}

/**
 * The capacity for counting replicas if the load was counted in the tokens of another model.
 *
 * @param ratio  the served model's tokens per token of the load
 */
export function carriedBy(capacity: SloCapacity, ratio: Estimate | undefined): SizedServing["carries"] {
  return { slowEnd: capacity.slowEnd, requestsPerSec: widened(capacity.requestsPerSec, ratio) };
}

/**
 * A capacity with the uncertainty of the token ratio. The median is unchanged, because the rate already includes the
 * median ratio.
 */
function widened(capacity: Quantity, ratio: Estimate | undefined): Quantity {
  if (ratio === undefined || ratio.p10 === ratio.p90 || isRefusal(capacity) || capacity.p10 <= 0) return capacity;
  const { p10, p50, p90 } = ratio;
  const around = { ...ratio, p10: p10 / p50, p50: 1, p90: p90 / p50 };
  return quotient(capacity, around, capacity.unit);
}

/** Capacity of one replica at the speed that the user states. */
function statedCapacity(spec: ServeSpec, tokensPerSec: number, estimated: SloCapacity): SloCapacity {
  const basis = "programme.yaml: serving.outputTokensPerSec";
  const stated = (value: number, unit: string): Quantity => pointEstimate(value, unit, basis);
  const { requestsPerSec: computed } = estimated;
  return {
    requestsPerSec: stated(tokensPerSec / spec.outputTokens, "requests/s"),
    outputTokensPerSec: stated(tokensPerSec, "tokens/s"),
    totalTokensPerSec: stated(tokensPerSec * (1 + spec.inputTokens / spec.outputTokens), "tokens/s"),
    boundBy: "measured",
    shareOfSaturation: isRefusal(computed) ? null : estimated.shareOfSaturation,
    basis: "stated",
    slowEnd: null,
  };
}
