import { findApiPrice } from "../../catalog/api-prices.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { gpuHourPrice } from "../../catalog/prices.ts";
import type { Estimate, Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { ApiPrice, GpuPrice } from "../../domain/price.ts";
import type { Programme } from "../../domain/programme.ts";
import type { Traffic } from "../../domain/traffic.ts";
import type { ServingFacts } from "../cost/cost-facts.ts";

/** GPU that serves where the user names none: the one with the most published serving measurements. */
const DEFAULT_GPU = "H100-80GB-SXM";

/** Share of GPU memory that weights may take, so that a cache for requests is left. */
const WEIGHT_SHARE = 0.75;

/** Model sizes, in parameters that a token passes through, that the capacity measurements stand for. */
const CAPACITY_CLASSES = [
  { name: "8b", from: 5e9, to: 10e9 },
  { name: "14b", from: 10e9, to: 25e9 },
  { name: "70b", from: 50e9, to: 90e9 },
] as const;

/**
 * What serves the tuned model and at which price: the user's GPU or an H100, bought on demand from the seller of the
 * training (a server is not run on spot machines), as many as hold the weights in bf16 with room for requests.
 *
 * @param on  day of the prices, YYYY-MM-DD; `prices` and `apiPrices` are those that hold for the
 *   programme; `capacity` is what `plan serve` estimates of one replica, where it does
 * @throws Failure not_found for a GPU or an API that does not exist
 */
export function servingFacts(request: {
  programme: Programme;
  shape: ModelShape;
  on: string;
  prices: readonly GpuPrice[];
  apiPrices?: readonly ApiPrice[];
  capacity?: Estimate | undefined;
  traffic?: Traffic | undefined;
}): ServingFacts {
  const { programme, shape, on, prices, apiPrices, capacity, traffic } = request;
  const { serving, training, today } = programme;
  const gpu = findGpu(serving.gpu ?? DEFAULT_GPU);
  const usdPerGpuHour: Quantity =
    serving.gpuUsdPerHour === undefined
      ? gpuHourPrice({ gpu: gpu.id, term: "on-demand", sellerClass: training.sellerClass, on }, prices).quantity
      : stated(Number(serving.gpuUsdPerHour));
  const weightsGib = (shape.paramCount * 2) / 2 ** 30;
  const needed = Math.ceil(weightsGib / (gpu.memoryGib * WEIGHT_SHARE));
  const gpuCount = serving.gpuCount ?? 2 ** Math.ceil(Math.log2(needed));
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
    traffic,
    figures: [
      ...("refused" in usdPerGpuHour ? [] : [priceFigure(gpu.id, usdPerGpuHour, programme)]),
      ...matmulFigures(gpu),
      activeFigure(shape),
      ...(capacity === undefined ? [] : [capacityFigure(gpu.id, capacity)]),
    ],
  };
}

function stated(usd: number): Quantity {
  return {
    p10: usd,
    p50: usd,
    p90: usd,
    unit: "USD",
    basis: "programme.yaml: serving.gpuUsdPerHour",
    n: 0,
    sources: [],
  };
}

function matmulFigures({ id, measuredBf16Tflops: rate, measuredSource }: Gpu): Figure[] {
  if (rate === null) return [];
  const source = { kind: "catalogue", ref: measuredSource ?? `catalogue row of ${id}` } as const;
  const label = `best measured bf16 matrix rate of one ${id}`;
  return [{ id: "serving.matmulTflops", label, unit: "TFLOP/s", p10: rate, p50: rate, p90: rate, inputs: [], source }];
}

function activeFigure({ id, activeParamCount: count, source: from, asOf }: ModelShape): Figure {
  const source = { kind: "catalogue", ref: `${id}: ${from}`, asOf } as const;
  const [label, unit] = ["parameters a token passes through", "parameters"];
  return { id: "model.activeParamCount", label, unit, p10: count, p50: count, p90: count, inputs: [], source };
}

function capacityFigure(gpu: string, { p10, p50, p90, unit, basis }: Estimate): Figure {
  const isMeasured = basis.startsWith("load test");
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
