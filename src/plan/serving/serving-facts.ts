import { findApiPrice } from "../../catalog/api-prices.ts";
import type { Estimate, Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { ApiPrice } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";
import type { Traffic } from "../../domain/traffic.ts";
import { pointRange } from "../../domain/point-range.ts";
import type { ServingFacts } from "../cost/cost-facts.ts";
import { drawableCapacity } from "../serve-plan/gpu-cost.ts";
import type { SizedServing } from "../serve-plan/size-serving.ts";

/** Model sizes of the capacity measurements, in parameters that are active per token. */
const CAPACITY_CLASSES = [
  { name: "8b", from: 5e9, to: 10e9 },
  { name: "14b", from: 10e9, to: 25e9 },
  { name: "70b", from: 50e9, to: 90e9 },
] as const;

/** Sizing result of a programme: the replica, the number of replicas for the peak, and the monthly GPU cost. */
export type ServingSize = {
  gpu: Gpu;
  /** GPUs of one replica. */
  gpuCount: number;
  usdPerGpuHour: Quantity;
  /** Undefined if the estimator does not cover it, or a stated range replaces it. */
  sized: SizedServing | undefined;
  /** Reason why the programme cannot be served as stated; undefined if it can. */
  unknown?: string | undefined;
  /** Tokens of the served model per token of the traffic. */
  ownTokensPerToken?: Estimate | undefined;
};

/**
 * Serving hardware of the tuned model and its price, as sized, with the derivations of both.
 *
 * @param on  day of the prices, YYYY-MM-DD; `apiPrices` are those of the programme
 * @throws Failure not_found for an unknown API
 */
export function servingFacts(request: {
  programme: Programme;
  shape: ModelShape;
  on: string;
  size: ServingSize;
  apiPrices?: readonly ApiPrice[];
  traffic?: Traffic | undefined;
}): ServingFacts {
  const { programme, shape, on, apiPrices, traffic, size } = request;
  const { gpu, gpuCount, usdPerGpuHour, sized, unknown, ownTokensPerToken } = size;
  const { today } = programme;
  const capacity = sized && capacityOf(sized);
  return {
    gpu: gpu.id,
    gpuCount,
    usdPerGpuHour,
    apiPrice: today.api === undefined ? undefined : findApiPrice(today.api, on, apiPrices),
    capacityClass: CAPACITY_CLASSES.find(
      ({ from, to }) => shape.activeParamCount >= from && shape.activeParamCount < to,
    )?.name,
    matmulTflops: gpu.measuredBf16Tflops,
    activeParamCount: shape.activeParamCount,
    capacity,
    gpuUsdPerMonth: sized === undefined || sized.replicas.peakRequestsPerSec === null ? undefined : sized.usdPerMonth,
    unknown,
    ownTokensPerToken,
    traffic,
    figures: [
      ...("refused" in usdPerGpuHour ? [] : [priceFigure(gpu.id, usdPerGpuHour, programme)]),
      ...matmulFigures(gpu),
      activeFigure(shape),
      ...(capacity === undefined ? [] : [capacityFigure(gpu.id, capacity)]),
    ],
  };
}

/** Output tokens per second of one replica, for sampling. */
function capacityOf({ capacity: { requestsPerSec }, serving: { spec } }: SizedServing): Estimate | undefined {
  if ("refused" in requestsPerSec) return undefined;
  const { p10, p50, p90 } = drawableCapacity(requestsPerSec);
  const tokens = spec.outputTokens;
  return { ...requestsPerSec, p10: p10 * tokens, p50: p50 * tokens, p90: p90 * tokens, unit: "tokens/s" };
}

function matmulFigures({ id, measuredBf16Tflops: rate, measuredSource }: Gpu): Figure[] {
  if (rate === null) return [];
  const source = { kind: "catalogue", ref: measuredSource ?? `catalogue row of ${id}` } as const;
  const label = `best measured bf16 matrix rate of one ${id}`;
  return [{ id: "serving.matmulTflops", label, unit: "TFLOP/s", ...pointRange(rate), inputs: [], source }];
}

function activeFigure({ id, activeParamCount: count, source: from, asOf }: ModelShape): Figure {
  const source = { kind: "catalogue", ref: `${id}: ${from}`, asOf } as const;
  const [label, unit] = ["parameters a token passes through", "parameters"];
  return { id: "model.activeParamCount", label, unit, ...pointRange(count), inputs: [], source };
}

function capacityFigure(gpu: string, { p10, p50, p90, unit, basis }: Estimate): Figure {
  const isMeasured = basis.startsWith("load test") || basis.startsWith("programme.yaml");
  const ref = isMeasured ? basis : `estimate of tunewright plan serve on ${gpu}: ${basis}`;
  const source = { kind: isMeasured ? "user" : "catalogue", ref } as const;
  const label = "output tokens per second of one replica within the SLO, prompts included";
  return { id: "serving.capacity", label, unit, p10, p50, p90, inputs: [], source };
}

function priceFigure(
  gpu: string,
  { p10, p50, p90, basis }: { p10: number; p50: number; p90: number; basis: string },
  { serving }: Programme,
): Figure {
  const kind = serving.gpuUsdPerHour === undefined ? ("catalogue" as const) : ("user" as const);
  const label = `price of one ${gpu} for an hour, on demand`;
  const source = { kind, ref: basis };
  return { id: "serving.usdPerGpuHour", label, unit: "USD", p10, p50, p90, inputs: [], source };
}
