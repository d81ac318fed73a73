import * as z from "zod";

import { Estimate, Quantity, Refusal } from "./estimate.ts";
import { ServeSpec } from "./serve-spec.ts";

/** A latency over the requests of a load, in milliseconds: its mean and percentiles, each as a range. */
export const ServeLatency = z.strictObject({
  mean: Quantity.describe("Mean"),
  p50: Quantity.describe("Median"),
  p95: Quantity.describe("95th percentile"),
  p99: Quantity.describe("99th percentile"),
});
export type ServeLatency = z.infer<typeof ServeLatency>;

/**
 * Bottleneck of the output of a replica: memory for keys and values, its GPUs, limits of the engine, or the number of
 * requests.
 */
export const ServeBound = z.enum(["kv", "compute", "scheduler", "demand"]);
export type ServeBound = z.infer<typeof ServeBound>;

/** One replica at one load. */
export const ReplicaLoad = z.strictObject({
  requestsPerSec: Quantity.describe("Requests answered per second"),
  outputTokensPerSec: Quantity.describe("Output tokens per second"),
  totalTokensPerSec: Quantity.describe("Input and output tokens per second"),
  ttftMs: ServeLatency.describe("Time to first token: queue and prefill"),
  queueMs: ServeLatency.describe("Queueing time before prefill"),
  prefillMs: ServeLatency.describe("Prefill time, including steps of other requests"),
  tpotMs: ServeLatency.describe("Mean time per output token after the first, of a request"),
  running: Quantity.describe("Mean batch size of decoding requests"),
  boundBy: ServeBound.describe("What limits it"),
});
export type ReplicaLoad = z.infer<typeof ReplicaLoad>;

/** Memory of one replica by use. */
export const ServeMemoryPlan = z.strictObject({
  gpus: z.int().describe("GPUs of the replica"),
  deviceGib: z.number().describe("Total memory of these GPUs"),
  weightsGib: z.number().describe("Weights, including unmerged adapters"),
  kvPoolGib: z.number().describe("Memory for keys and values"),
  otherGib: z.number().describe("Memory that the engine leaves free, and memory for activations, graphs and buffers"),
  kvBytesPerToken: z.number().describe("Bytes of keys and values per token, over all GPUs"),
  stateBytes: z
    .number()
    .describe("Additional bytes of state per request, at any length; 0 for models with attention only"),
  stateTokens: z.number().describe("Size of that state in tokens, as allocated by the engine"),
  kvPoolTokens: z.number().describe("Tokens that fit"),
  maxRunning: z.number().describe("Largest batch of decoding requests of mean length"),
  maxRunningBoundBy: z
    .enum(["kv", "scheduler"])
    .describe("What limits the batch: memory for keys and values, or the engine"),
});
export type ServeMemoryPlan = z.infer<typeof ServeMemoryPlan>;

/** The highest rate of one replica that meets the SLO. */
export const SloCapacity = z.strictObject({
  requestsPerSec: Quantity.describe("Requests per second"),
  outputTokensPerSec: Quantity.describe("Output tokens per second at that rate"),
  totalTokensPerSec: Quantity.describe("Input and output tokens per second at that rate"),
  boundBy: z
    .enum(["ttft", "tpot", "saturation", "measured"])
    .nullable()
    .describe(
      "Which limit is reached first, or saturation if both are met up to it; measured if from a load test; null if refused",
    ),
  shareOfSaturation: z
    .number()
    .nullable()
    .describe("Share of the rate at saturation, by medians; null if either is refused"),
  basis: z
    .enum(["estimate", "load-test", "stated"])
    .describe("Estimated, measured by a load test, or stated by the programme"),
  slowEnd: Refusal.nullable()
    .default(null)
    .describe("Why a replica at the slow end of its range meets the SLO at no rate, so that p10 is 0; otherwise null"),
});
export type SloCapacity = z.infer<typeof SloCapacity>;

/** One replica at a share of its capacity within the SLO. */
export const LoadShare = z.strictObject({
  share: z.number().describe("Share of the capacity within the SLO"),
  requestsPerSec: z.number().describe("Requests per second, median"),
  outputTokensPerSec: Quantity.describe("Output tokens per second"),
  ttftMs: Quantity.describe("Time to first token at the percentile of the SLO"),
  tpotMs: Quantity.describe("Time per output token at the percentile of the SLO"),
  running: Quantity.describe("Mean batch size of decoding requests"),
  usdPerMtokOutput: Quantity.describe("US dollars per million output tokens"),
  usdPerMtokOutputEquivalent: Quantity.describe(
    "US dollars per million output-equivalent tokens: output plus a quarter of the input",
  ),
});
export type LoadShare = z.infer<typeof LoadShare>;

/** Number of replicas and their utilisation. */
export const ReplicaCount = z.strictObject({
  needed: Quantity.describe(
    "Replicas for the peak rate within the SLO, including spare ones; refused if no rate is given",
  ),
  spare: z.int().describe("Spare ones among them"),
  planned: z
    .int()
    .nullable()
    .describe(
      "Replicas of the plan, including spare ones: as given, otherwise the median of those needed; null if that is refused",
    ),
  peakRequestsPerSec: z.number().nullable().describe("Rate of the busiest time; null if no rate is given"),
});
export type ReplicaCount = z.infer<typeof ReplicaCount>;

/** The load for which latency, utilisation and cost are computed: total and per replica. */
export const PlannedLoad = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("rate"),
    perSec: z.number().describe("Mean requests per second"),
    perReplica: z.number().describe("Per replica"),
  }),
  z.strictObject({
    kind: z.literal("concurrency"),
    requests: z.int().describe("Requests in flight"),
    perReplica: z.number().describe("In one replica"),
  }),
  z.strictObject({
    kind: z.literal("slo-capacity"),
    perReplica: z
      .number()
      .describe("Requests per second; no load was given, so it is the highest rate that meets the SLO"),
  }),
  z.strictObject({ kind: z.literal("saturation") }),
]);
export type PlannedLoad = z.infer<typeof PlannedLoad>;

/** A load test that replaces the estimated capacity. */
export const CapacityMeasurement = z.strictObject({
  file: z.string().describe("File of the result"),
  startedAt: z.string().describe("When it was measured"),
  target: z.string().describe("Tested address"),
  attainment: z.number().describe("Share of requests that met the SLO of the test"),
  outputTokensPerSec: z.number().describe("Measured output tokens per second at capacity"),
  estimatedOutputTokensPerSec: Quantity.describe("The replaced estimate"),
});
export type CapacityMeasurement = z.infer<typeof CapacityMeasurement>;

/** Serving plan: memory, latency, capacity within the SLO, replicas, and cost per million tokens. */
export const ServePlan = z.strictObject({
  spec: ServeSpec.describe("The plan, with defaults"),
  paramCount: z.number().describe("Parameters of the model"),
  engineEra: z.string().describe("Assumed version class of the engine"),
  memory: ServeMemoryPlan.describe("Memory of one replica"),
  load: PlannedLoad.describe("Planned load"),
  atLoad: ReplicaLoad.describe("One replica at its share of that load"),
  alone: ReplicaLoad.describe("One request at a time: the lowest possible latency"),
  saturation: ReplicaLoad.describe("Saturation: the highest output, without an SLO"),
  capacityAtSlo: SloCapacity.describe("The highest load of one replica within the SLO"),
  replicas: ReplicaCount.describe("Replicas"),
  utilisation: Quantity.describe(
    "Throughput divided by capacity within the SLO, over all replicas except spare ones; not the GPU utilisation that nvidia-smi shows",
  ),
  gpuHoursPerMonth: Quantity.describe("GPU-hours of an average month of 730.5 hours, around the clock"),
  usdPerGpuHour: Quantity.describe("Price of one GPU-hour, US dollars"),
  usdPerMonth: Quantity.describe("US dollars per month, GPUs only"),
  usdPerMtokOutput: Quantity.describe("US dollars per million output tokens at the load, including the cost of input"),
  usdPerMtokOutputEquivalent: Quantity.describe(
    "US dollars per million output-equivalent tokens at the load: output plus a quarter of the input",
  ),
  byLoad: z.array(LoadShare).describe("Latency and cost of one replica by load; empty without a capacity"),
  adapters: z
    .strictObject({
      count: z.int().describe("Adapters"),
      gib: z.number().describe("Their memory in one replica"),
      outputFactor: Estimate.describe(
        "Output relative to the merged model, as measured; included in every figure here",
      ),
    })
    .nullable()
    .describe("Adapters that are served unmerged; null if they are merged or there are none"),
  measured: CapacityMeasurement.nullable().describe(
    "The load test that replaces the estimated capacity; null without one",
  ),
  warnings: z.array(z.string()).describe("Assumptions, weak inputs and exceeded limits, in sentences"),
});
export type ServePlan = z.infer<typeof ServePlan>;
