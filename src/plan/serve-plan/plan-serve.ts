import { Failure } from "../../base/failure.ts";
import { recent } from "../../base/recent.ts";
import { GIB } from "../../base/units.ts";
import { isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type {
  PlannedLoad,
  ReplicaCount,
  ReplicaLoad,
  ServeMemoryPlan,
  ServePlan,
  SloCapacity,
} from "../../domain/serve-plan.ts";
import type { ServeSpec } from "../../domain/serve-spec.ts";
import { ADAPTER_SLOWDOWN, adapterBytes } from "../serve/adapters.ts";
import { replicaOf } from "../serve/replica.ts";
import { serveMemory } from "../serve/serve-memory.ts";
import { type Load, servePoint, type ServePoint } from "../serve/serve-point.ts";
import { checkServe } from "./check-serve.ts";
import { closedLoop } from "./closed-loop.ts";
import { loadShares } from "./load-shares.ts";
import { monthlyCost } from "./monthly-cost.ts";
import { activeReplicas } from "./replica-count.ts";
import { formatWarnings, kindWarnings, serveWarnings, stateWarnings } from "./serve-warnings.ts";
import { type Serving, serveRun } from "./serving.ts";
import { type SizedServing, sizeServing, type SizingRequest } from "./size-serving.ts";
import { type LoadCurve, middleCapacity, sloCapacity } from "./slo-capacity.ts";

/** Input of a serving plan. */
export type ServeRequest = SizingRequest & {
  /** GPUs that may be suggested if the weights do not fit; default: none. */
  gpus?: readonly Gpu[] | undefined;
};

/**
 * Resources and cost of serving a model: memory of a replica, latency and throughput at the load, capacity at
 * saturation and within the SLO, replicas for the peak, utilisation, GPU-hours, dollars per million tokens, and the
 * change of these with load.
 *
 * @throws Failure bad_input for a plan that contradicts itself or does not fit, or that no measured kernel times cover
 */
export function planServe(request: ServeRequest): ServePlan {
  const { spec, shape, gpu, usdPerGpuHour } = request;
  const serving: Serving = { spec, shape, gpu };
  checkServe(serving, request.gpus ?? []);
  const replicaAt = replicaLoads(serving);
  const curve = loadCurve(replicaAt, spec);
  const { saturation } = curve;
  const estimated = capacityOf(curve, spec);
  const { capacity, replicas, gpus, measured, warnings, gpuHoursPerMonth, usdPerMonth } = sizeServing(
    request,
    estimated,
  );
  const load = plannedLoad(spec, { replicas, capacity });
  const atLoad = loadOf(load, { at: replicaAt, curve, outputTokens: spec.outputTokens });
  const { facts } = replicaOf(serveRun(serving));
  const money = monthlyCost({ spec, usdPerMonth, replicas, capacity, load, atLoad });
  return {
    spec,
    paramCount: shape.paramCount,
    engineEra: facts.era,
    memory: memoryPlan(serving),
    load,
    atLoad,
    alone: curve.alone,
    saturation,
    capacityAtSlo: capacity,
    replicas,
    gpuHoursPerMonth,
    usdPerMonth,
    ...money,
    usdPerGpuHour,
    byLoad: loadShares({ curve, estimated, capacity, spec, gpus, usdPerGpuHour }),
    adapters: adapterPlan(serving),
    measured,
    warnings: [
      ...warnings,
      ...serveWarnings({ spec, replicas, load, atLoad, capacityAtSlo: capacity, saturation }),
      ...stateWarnings(serving),
      ...kindWarnings(serving),
      ...formatWarnings(serving),
    ],
  };
}

/**
 * Returns only the sizing: capacity, replicas and GPU cost, without latencies by load.
 *
 * @throws Failure as `planServe`
 */
export function sizedServing(request: SizingRequest): SizedServing {
  const { spec, shape, gpu } = request;
  return sizeServing(request, estimatedCapacity({ spec, shape, gpu }));
}

/**
 * Returns only the capacity of one replica within the SLO.
 *
 * @throws Failure as `planServe`
 */
export function estimatedCapacity(serving: Serving): SloCapacity {
  checkServe(serving, []);
  return capacityOf(loadCurve(replicaLoads(serving), serving.spec), serving.spec);
}

/**
 * Median of that capacity in requests per second, computed several times faster; 0 if no rate meets the SLO.
 *
 * @param enough  a rate above which the exact value is not needed
 * @throws Failure as `planServe`
 */
export function quickCapacity(serving: Serving, enough: number): number {
  checkServe(serving, []);
  const replicaAt = replicaLoads(serving);
  const saturation = replicaAt({ kind: "saturation" }, true);
  const quick = (load: Load): ReplicaLoad => atMost(replicaAt(load, true), saturation);
  const curve = { at: (perSec: number) => quick({ kind: "rate", perSec }), saturation, slo: serving.spec };
  return middleCapacity(curve, enough);
}

function loadCurve(replicaAt: (load: Load, isQuick?: boolean) => ReplicaLoad, slo: LoadCurve["slo"]): LoadCurve {
  const saturation = replicaAt({ kind: "saturation" });
  return {
    at: (perSec, isQuick) => atMost(replicaAt({ kind: "rate", perSec }, isQuick), saturation),
    alone: replicaAt({ kind: "concurrency", requests: 1 }),
    saturation,
    slo,
  };
}

function capacityOf(curve: LoadCurve, { inputTokens, outputTokens }: ServeSpec): SloCapacity {
  return sloCapacity(curve, { input: inputTokens, output: outputTokens });
}

/**
 * One replica under any load; each load is computed once. A plan, a fleet choice and a comparison use the same loads of
 * the same replicas.
 */
function replicaLoads(serving: Serving): (load: Load, isQuick?: boolean) => ReplicaLoad {
  const run = serveRun(serving);
  const known = knownLoads(JSON.stringify(run), () => new Map());
  return (load, isQuick = false) => {
    const key = JSON.stringify([load, isQuick]);
    const found = known.get(key);
    if (found !== undefined) return found;
    const point = servePoint(run, load, { isQuick });
    if ("refused" in point) throw new Failure("bad_input", point.refused, { hint: point.hint });
    const answer = replicaLoad(point, serving.spec);
    known.set(key, answer);
    return answer;
  };
}

/** Number of replicas whose loads are cached: about 50 loads of a few kilobytes each. */
const KEPT_REPLICAS = 64;

const knownLoads = recent<Map<string, ReplicaLoad>>(KEPT_REPLICAS);

function replicaLoad(point: ServePoint, { outputTokens }: ServeSpec): ReplicaLoad {
  const { memory: _memory, basis: _basis, ...load } = point;
  if (outputTokens > 1) return load;
  return { ...load, tpotMs: { mean: NO_LATER, p50: NO_LATER, p95: NO_LATER, p99: NO_LATER } };
}

const NO_LATER: Refusal = {
  refused: "answers of one token have no TPOT",
  hint: "use TTFT: it is their whole latency",
};

function plannedLoad(
  spec: ServeSpec,
  { replicas, capacity }: { replicas: ReplicaCount; capacity: SloCapacity },
): PlannedLoad {
  const active = activeReplicas(replicas);
  if (spec.rate !== undefined) return { kind: "rate", perSec: spec.rate, perReplica: spec.rate / active };
  if (spec.concurrency !== undefined)
    return { kind: "concurrency", requests: spec.concurrency, perReplica: spec.concurrency / active };
  if (isRefusal(capacity.requestsPerSec)) return { kind: "saturation" };
  return { kind: "slo-capacity", perReplica: capacity.requestsPerSec.p50 };
}

function loadOf(
  load: PlannedLoad,
  { at: replicaAt, curve, outputTokens }: { at: (load: Load) => ReplicaLoad; curve: LoadCurve; outputTokens: number },
): ReplicaLoad {
  if (load.kind === "saturation") return curve.saturation;
  if (load.kind !== "concurrency") return curve.at(load.perReplica);
  const requests = Math.max(1, load.perReplica);
  return atMost(closedLoop(replicaAt({ kind: "concurrency", requests }), { requests, outputTokens }), curve.saturation);
}

/** Limits the rates of a load to those at saturation, at each end of the range. */
function atMost(load: ReplicaLoad, saturation: ReplicaLoad): ReplicaLoad {
  const least = (field: "requestsPerSec" | "outputTokensPerSec" | "totalTokensPerSec"): Quantity => {
    const [offered, most] = [load[field], saturation[field]];
    if (isRefusal(offered) || isRefusal(most)) return offered;
    const replicaAt = (end: "p10" | "p50" | "p90"): number => Math.min(offered[end], most[end]);
    return { ...offered, p10: replicaAt("p10"), p50: replicaAt("p50"), p90: replicaAt("p90") };
  };
  return {
    ...load,
    requestsPerSec: least("requestsPerSec"),
    outputTokensPerSec: least("outputTokensPerSec"),
    totalTokensPerSec: least("totalTokensPerSec"),
  };
}

/** Memory of a replica by use, after a check that the model fits. */
function memoryPlan(serving: Serving): ServeMemoryPlan {
  const replica = replicaOf(serveRun(serving));
  const memory = serveMemory(replica);
  if ("refused" in memory) throw new Failure("bad_input", memory.refused, { hint: memory.hint });
  const { weightsGib, kvBytesPerToken, stateBytes, stateTokens, kvPoolTokens, maxRunning } = memory;
  const deviceGib = replica.gpus * serving.gpu.memoryGib;
  const kvPoolGib = (kvPoolTokens * kvBytesPerToken) / GIB;
  return {
    gpus: replica.gpus,
    deviceGib,
    weightsGib,
    kvPoolGib,
    otherGib: deviceGib - weightsGib - kvPoolGib,
    kvBytesPerToken,
    stateBytes,
    stateTokens,
    kvPoolTokens,
    maxRunning,
    maxRunningBoundBy: maxRunning < replica.maxRunning ? "kv" : "scheduler",
  };
}

function adapterPlan({ spec, shape }: Serving): ServePlan["adapters"] {
  if (spec.adapters === 0) return null;
  const { low, middle, high, source } = ADAPTER_SLOWDOWN;
  return {
    count: spec.adapters,
    gib: (spec.adapters * adapterBytes(shape, spec.adapterRank)) / GIB,
    outputFactor: {
      p10: 1 / high,
      p50: 1 / middle,
      p90: 1 / low,
      unit: "factor",
      basis: "measured slowdowns with unmerged adapters; kernels differ by engine version",
      n: 0,
      sources: [source],
    },
  };
}
