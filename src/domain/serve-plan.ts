import * as z from "zod";

import { Estimate, Quantity, Refusal } from "./estimate.ts";
import { ServeSpec } from "./serve-spec.ts";

/** A latency over the requests of a load, milliseconds: its mean and percentiles, each a range. */
export const ServeLatency = z.strictObject({
  mean: Quantity.describe("Mean"),
  p50: Quantity.describe("Median request"),
  p95: Quantity.describe("95th percentile"),
  p99: Quantity.describe("99th percentile"),
});
export type ServeLatency = z.infer<typeof ServeLatency>;

/** What keeps a replica from more output: room for keys and values, its GPUs, the engine's limits, or the requests that come. */
export const ServeBound = z.enum(["kv", "compute", "scheduler", "demand"]);
export type ServeBound = z.infer<typeof ServeBound>;

/** One replica under one load. */
export const ReplicaLoad = z.strictObject({
  requestsPerSec: Quantity.describe("Requests answered per second"),
  outputTokensPerSec: Quantity.describe("Output tokens per second"),
  totalTokensPerSec: Quantity.describe("Input and output tokens per second"),
  ttftMs: ServeLatency.describe("Time to the first token: queue and prefill"),
  queueMs: ServeLatency.describe("Part of it before prefill starts"),
  prefillMs: ServeLatency.describe("Part of it for prefill, including steps of other requests"),
  tpotMs: ServeLatency.describe("Mean time of each later token of a request"),
  running: Quantity.describe("Mean batch of decoding requests"),
  boundBy: ServeBound.describe("What limits it"),
});
export type ReplicaLoad = z.infer<typeof ReplicaLoad>;

/** Where the memory of one replica goes. */
export const ServeMemoryPlan = z.strictObject({
  gpus: z.int().describe("GPUs of the replica"),
  deviceGib: z.number().describe("Their memory together"),
  weightsGib: z.number().describe("Weights, and adapters that are not merged"),
  kvPoolGib: z.number().describe("Room for keys and values"),
  otherGib: z.number().describe("Memory left free by the engine, and used by activations, graphs and buffers"),
  kvBytesPerToken: z.number().describe("Bytes of keys and values of one token, all GPUs together"),
  stateBytes: z
    .number()
    .describe("Bytes of state that a request keeps in addition, however long it is; 0 in models of attention alone"),
  stateTokens: z.number().describe("Its size in tokens, as the engine allocates it"),
  kvPoolTokens: z.number().describe("Tokens that fit"),
  maxRunning: z.number().describe("Largest batch of decoding requests of mean length"),
  maxRunningBoundBy: z
    .enum(["kv", "scheduler"])
    .describe("What limits them: memory for keys and values, or the engine"),
});
export type ServeMemoryPlan = z.infer<typeof ServeMemoryPlan>;

/** The highest rate of one replica at which the SLO is kept. */
export const SloCapacity = z.strictObject({
  requestsPerSec: Quantity.describe("Requests per second"),
  outputTokensPerSec: Quantity.describe("Output tokens per second at that rate"),
  totalTokensPerSec: Quantity.describe("Input and output tokens per second at that rate"),
  boundBy: z
    .enum(["ttft", "tpot", "saturation", "measured"])
    .nullable()
    .describe(
      "Which limit is met first, or saturation if both are met until then; measured if a load test shows it; null if refused",
    ),
  shareOfSaturation: z.number().nullable().describe("Of the rate at saturation, medians; null where either is refused"),
  basis: z
    .enum(["estimate", "load-test", "stated"])
    .describe("Whether it was estimated, measured by a load test, or stated by the programme"),
  slowEnd: Refusal.nullable()
    .default(null)
    .describe("Why a replica at the slow end of its range meets the SLO at no rate, so that p10 is 0; null otherwise"),
});
export type SloCapacity = z.infer<typeof SloCapacity>;

/** One replica at a share of its capacity at the SLO. */
export const LoadShare = z.strictObject({
  share: z.number().describe("Share of the capacity at the SLO"),
  requestsPerSec: z.number().describe("Requests per second, median"),
  outputTokensPerSec: Quantity.describe("Output tokens per second"),
  ttftMs: Quantity.describe("Time to the first token at the percentile of the SLO"),
  tpotMs: Quantity.describe("Time of each later token at the percentile of the SLO"),
  running: Quantity.describe("Mean batch of decoding requests"),
  usdPerMtokOutput: Quantity.describe("US dollars per million output tokens"),
  usdPerMtokOutputEquivalent: Quantity.describe(
    "US dollars per million output-equivalent tokens: output plus a quarter of the input",
  ),
});
export type LoadShare = z.infer<typeof LoadShare>;

/** Replicas, what they are for, and how much of them is used. */
export const ReplicaCount = z.strictObject({
  needed: Quantity.describe("For the peak rate at the SLO, spare ones with them; refused where no rate is given"),
  spare: z.int().describe("Of those, spare ones"),
  planned: z
    .int()
    .nullable()
    .describe(
      "That the plan counts with, spare ones too: as given, else the median of those needed; null where that is refused",
    ),
  peakRequestsPerSec: z.number().nullable().describe("Rate of the busiest time; null where no rate is given"),
});
export type ReplicaCount = z.infer<typeof ReplicaCount>;

/** The load that latency, utilisation and cost are of, in all and of one replica. */
export const PlannedLoad = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("rate"),
    perSec: z.number().describe("Requests per second, mean"),
    perReplica: z.number().describe("Of one replica"),
  }),
  z.strictObject({
    kind: z.literal("concurrency"),
    requests: z.int().describe("Requests under way"),
    perReplica: z.number().describe("At one replica"),
  }),
  z.strictObject({
    kind: z.literal("slo-capacity"),
    perReplica: z.number().describe("Requests per second: no load was given, so it is as much as the SLO allows"),
  }),
  z.strictObject({ kind: z.literal("saturation") }),
]);
export type PlannedLoad = z.infer<typeof PlannedLoad>;

/** A load test that stands in the place of the estimated capacity. */
export const CapacityMeasurement = z.strictObject({
  file: z.string().describe("File of the result"),
  startedAt: z.string().describe("When it was measured"),
  target: z.string().describe("Address that was asked"),
  attainment: z.number().describe("Share of requests that kept the SLO of the test"),
  outputTokensPerSec: z.number().describe("Measured output tokens per second at the capacity"),
  estimatedOutputTokensPerSec: Quantity.describe("What the estimate says in its place"),
});
export type CapacityMeasurement = z.infer<typeof CapacityMeasurement>;

/** What serving takes: memory, latency, capacity at the SLO, replicas, and what a million tokens cost. */
export const ServePlan = z.strictObject({
  spec: ServeSpec.describe("The plan, with defaults"),
  paramCount: z.number().describe("Parameters of the model"),
  engineEra: z.string().describe("Version class of the engine that was taken"),
  memory: ServeMemoryPlan.describe("Memory of one replica"),
  load: PlannedLoad.describe("Load of the plan"),
  atLoad: ReplicaLoad.describe("One replica at its share of that load"),
  alone: ReplicaLoad.describe("One request at a time: the lowest possible latency"),
  saturation: ReplicaLoad.describe("Full load: the highest output, without an SLO"),
  capacityAtSlo: SloCapacity.describe("The highest load of one replica within the SLO"),
  replicas: ReplicaCount.describe("Copies of the model"),
  utilisation: Quantity.describe(
    "Throughput over capacity at the SLO of all replicas but the spare ones; not the share of time in which a GPU is busy, which nvidia-smi shows",
  ),
  gpuHoursPerMonth: Quantity.describe("GPU-hours of an average month of 730.5 hours, around the clock"),
  usdPerGpuHour: Quantity.describe("Price of one GPU-hour, US dollars"),
  usdPerMonth: Quantity.describe("US dollars per month, GPUs alone"),
  usdPerMtokOutput: Quantity.describe("US dollars per million output tokens at the load, input not counted apart"),
  usdPerMtokOutputEquivalent: Quantity.describe(
    "US dollars per million output-equivalent tokens at the load: output plus a quarter of the input",
  ),
  byLoad: z.array(LoadShare).describe("Latency and cost of one replica as its load rises; empty without a capacity"),
  adapters: z
    .strictObject({
      count: z.int().describe("Adapters"),
      gib: z.number().describe("Memory that they take in one replica"),
      outputFactor: Estimate.describe("Output over that of the merged model, as measured; part of every figure here"),
    })
    .nullable()
    .describe("Adapters that are served unmerged; null where they are merged, or there are none"),
  measured: CapacityMeasurement.nullable().describe(
    "The load test in the place of the estimated capacity; null without",
  ),
  warnings: z.array(z.string()).describe("What is assumed, weak or over a limit, in sentences"),
});
export type ServePlan = z.infer<typeof ServePlan>;
