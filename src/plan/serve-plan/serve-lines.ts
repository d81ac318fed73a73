import { formatCount, formatNumber, formatRange } from "../../base/units.ts";
import { counted, percent, usd, whole } from "../../base/words.ts";
import { isRefusal, middleOf, type Quantity } from "../../domain/estimate.ts";
import type { LoadShare, ServeBound, ServePlan, SloCapacity } from "../../domain/serve-plan.ts";
import { activeReplicas } from "./replica-count.ts";
import { sloKept } from "./serve-warnings.ts";

/** Words for the bottleneck of a replica. */
const BOUNDS: Readonly<Record<ServeBound, string>> = {
  kv: "room for keys and values",
  compute: "its GPUs",
  scheduler: "the engine's limits on a step",
  demand: "the arriving requests",
};

const LIMITS: Readonly<Record<NonNullable<SloCapacity["boundBy"]>, string>> = {
  ttft: "TTFT reaches its limit first",
  tpot: "TPOT reaches its limit first",
  saturation: "both limits are met up to saturation",
  measured: "as a load test measured it",
};

/** A row of the table of a plan: name and three values. */
export type PlanRow = { label: string; quantity: Quantity; format: (value: number) => string };

/** The model and its configuration, in one line. */
export function servingLine({ spec, engineEra, memory }: ServePlan): string {
  const split = [
    spec.tensorParallel > 1 ? `tensor parallel ${spec.tensorParallel}` : "",
    spec.pipelineParallel > 1 ? `pipeline parallel ${spec.pipelineParallel}` : "",
    spec.expertParallel > 1 ? `expert parallel ${spec.expertParallel}` : "",
  ].filter((part) => part !== "");
  const adapters =
    spec.adapters === 0 ? "" : `, ${counted(spec.adapters, "unmerged adapter")} of rank ${spec.adapterRank}`;
  const layout = split.length === 0 ? "" : ` (${split.join(", ")})`;
  return `${spec.model}, ${spec.weights} weights, ${spec.kv} cache${adapters}; ${spec.engine} ${engineEra}; ${memory.gpus} × ${spec.gpu} a replica${layout}`;
}

/** The requests and the SLO, in one line. */
export function requestsLine({ spec }: ServePlan): string {
  const length = (mean: number, cv: number): string => `${whole(mean)} (± ${percent(cv)})`;
  const hits = spec.prefixHitShare === 0 ? "" : `, ${percent(spec.prefixHitShare)} of the input cached`;
  const draft =
    spec.draftTokens === undefined
      ? ""
      : `; ${spec.draftTokens} drafted tokens a step, ${formatNumber(spec.acceptedPerStep ?? 0)} accepted as measured`;
  return `requests of ${length(spec.inputTokens, spec.inputCv)} input and ${length(spec.outputTokens, spec.outputCv)} output tokens${hits}${draft}; SLO at ${spec.sloPercentile}: TTFT ${formatNumber(spec.sloTtftMs)} ms, TPOT ${formatNumber(spec.sloTpotMs)} ms`;
}

/** The result of the plan in one sentence: replicas, cost, utilisation. */
export function verdictText(plan: ServePlan): string {
  const { capacityAtSlo, usdPerMonth, usdPerMtokOutput, utilisation } = plan;
  const { requestsPerSec: most } = capacityAtSlo;
  if (isRefusal(most)) return most.refused;
  const [month, million, share] = [usdPerMonth, usdPerMtokOutput, utilisation].map(middleOf);
  const money =
    month === undefined || million === undefined
      ? "at an unknown price,"
      : `for ${usd(month)} USD a month, ${usd(million)} USD per million output tokens`;
  const used = share === undefined ? "" : ` at ${percent(share)} utilisation`;
  const limit = capacityAtSlo.boundBy === null ? "" : ` (${LIMITS[capacityAtSlo.boundBy]})`;
  return `${loadWords(plan)} ${money}${used}; one replica takes ${formatRange(most.p10, most.p90)} requests/s within the SLO${limit}`;
}

/** Number and purpose of the replicas, or a statement that there are too few. */
function loadWords(plan: ServePlan): string {
  const { spec, replicas } = plan;
  const count = counted(replicas.planned ?? 1, "replica");
  const kept = sloKept(plan);
  if (spec.concurrency !== undefined) {
    const users = `${counted(spec.concurrency, "request")} in flight,`;
    return kept === "not" ? `${count}, too few to meet the SLO with ${users}` : `${count} for ${users}`;
  }
  if (spec.rate === undefined) return `${count} as full as the SLO allows`;
  const rate = `${formatNumber(spec.rate)} requests/s,`;
  if (kept === "not") return `${count}, too few to meet the SLO at ${rate}`;
  const peak = formatNumber(replicas.peakRequestsPerSec ?? spec.rate);
  return `${count} for ${rate} ${kept === "at the mean" ? `too few for the ${peak}` : peak} at the peak,`;
}

/** Rows of the plan, in groups. */
export function planRows(plan: ServePlan): PlanRow[][] {
  const { spec, atLoad, saturation, capacityAtSlo, replicas } = plan;
  const row = (label: string, quantity: Quantity, format: PlanRow["format"] = formatNumber): PlanRow => ({
    label,
    quantity,
    format,
  });
  const percentile = spec.sloPercentile;
  const tail = percentile === "p50" ? [] : ([percentile] as const);
  return [
    [
      ...(spec.rate === undefined ? [] : [row("replicas for the peak", replicas.needed, whole)]),
      row("utilisation of the capacity at the SLO, %", plan.utilisation, (value) => formatNumber(value * 100, 2)),
      row("GPU-hours a month", plan.gpuHoursPerMonth, whole),
      row("USD a month, GPUs only", plan.usdPerMonth, usd),
      row("USD per million output tokens", plan.usdPerMtokOutput, usd),
      row("USD per million output-equivalent tokens", plan.usdPerMtokOutputEquivalent, usd),
    ],
    [
      row("TTFT p50, ms", atLoad.ttftMs.p50),
      ...tail.map((name) => row(`TTFT ${name}, ms`, atLoad.ttftMs[name])),
      row(`  queue ${percentile}, ms`, atLoad.queueMs[percentile]),
      row(`  prefill ${percentile}, ms`, atLoad.prefillMs[percentile]),
      row("TPOT p50, ms", atLoad.tpotMs.p50),
      ...tail.map((name) => row(`TPOT ${name}, ms`, atLoad.tpotMs[name])),
      row("output tokens/s", atLoad.outputTokensPerSec),
      row("input and output tokens/s", atLoad.totalTokensPerSec),
      row("requests decoded together", atLoad.running),
    ],
    [
      row("requests/s at the SLO", capacityAtSlo.requestsPerSec),
      row("output tokens/s at the SLO", capacityAtSlo.outputTokensPerSec),
      row("output tokens/s at saturation", saturation.outputTokensPerSec),
      row("TPOT at saturation, ms", saturation.tpotMs.mean),
    ],
  ];
}

/** Headings of the groups of rows. */
export function groupHeads(plan: ServePlan): readonly string[] {
  const { load, replicas } = plan;
  const active = activeReplicas(replicas);
  const one = active === 1 ? "the replica" : `each of ${whole(active)}`;
  const loadWords =
    load.kind === "rate"
      ? `${one} at ${formatNumber(load.perReplica)} requests/s${shareWords(plan)}`
      : load.kind === "concurrency"
        ? `${one} with ${formatNumber(load.perReplica)} requests in flight`
        : load.kind === "slo-capacity"
          ? "the replica at its capacity within the SLO"
          : "the replica at saturation";
  return ["the deployment", loadWords, "capacity of one replica"];
}

/** Utilisation of a replica at the mean load and at the peak, if its capacity is known. */
function shareWords({ load, replicas, capacityAtSlo }: ServePlan): string {
  const { requestsPerSec: most } = capacityAtSlo;
  const { peakRequestsPerSec: peak } = replicas;
  if (load.kind !== "rate" || isRefusal(most) || peak === null) return "";
  const share = (perSec: number): string => percent(perSec / most.p50);
  return `: ${share(load.perReplica)} full, ${share(peak / activeReplicas(replicas))} at the peak`;
}

/** Memory of a replica by use, and the limit on the number of requests in it. */
export function memoryText({ memory }: ServePlan): string {
  const {
    weightsGib,
    kvPoolGib,
    otherGib,
    deviceGib,
    kvPoolTokens,
    kvBytesPerToken,
    stateBytes,
    stateTokens,
    maxRunning,
  } = memory;
  const bound =
    memory.maxRunningBoundBy === "kv" ? "room for keys and values" : "the engine's own limit (--max-running)";
  const state =
    stateBytes === 0
      ? ""
      : `, and ${formatNumber(stateBytes / 2 ** 20)} MiB of state per request, in the room of ${formatCount(stateTokens)} tokens`;
  return `memory of a replica: ${formatNumber(deviceGib)} GiB = weights ${formatNumber(weightsGib)} + keys and values ${formatNumber(kvPoolGib)} (${formatCount(kvPoolTokens)} tokens of ${formatNumber(kvBytesPerToken / 1024)} KiB${state}) + activations and unused ${formatNumber(otherGib)}; at most ${whole(maxRunning)} concurrent requests, limited by ${bound}`;
}

/** Bottlenecks at the load, at the SLO and at saturation, and the meaning of utilisation. */
export function boundsText({ atLoad, saturation, capacityAtSlo }: ServePlan): string {
  const slo = capacityAtSlo.boundBy === null ? "unknown" : LIMITS[capacityAtSlo.boundBy];
  return `bounded by: ${BOUNDS[atLoad.boundBy]} at the load; ${slo} at the SLO; ${BOUNDS[saturation.boundBy]} at saturation. Utilisation is throughput over capacity at the SLO: nvidia-smi's, the share of time in which any kernel runs, is near its maximum at a few per cent of it`;
}

/** Memory and slowdown of unmerged adapters. */
export function adapterText({ adapters }: ServePlan): string[] {
  if (adapters === null) return [];
  const { p10, p90, sources } = adapters.outputFactor;
  return [
    `adapters: ${formatNumber(adapters.gib, 2)} GiB; unmerged ones leave × ${formatRange(p10, p90, (value) => formatNumber(value, 2))} of the merged model's output (${sources.join("; ")}): measure yours`,
  ];
}

/** Columns of the load table. */
export function loadColumns({ spec }: ServePlan): { head: string; cell: (load: LoadShare) => string }[] {
  const middle = (quantity: Quantity): string => (isRefusal(quantity) ? "unknown" : formatNumber(quantity.p50));
  const ranged = (quantity: Quantity): string => {
    const [low, mid, high] = cellsOf(quantity, usd);
    if (isRefusal(quantity)) return quantity.known === undefined ? "unknown" : `${mid} (${low}–${high})`;
    return `${mid} (${formatRange(quantity.p10, quantity.p90, usd)})`;
  };
  return [
    { head: "load", cell: ({ share }) => percent(share) },
    { head: "requests/s", cell: ({ requestsPerSec }) => formatNumber(requestsPerSec) },
    { head: "output tok/s", cell: ({ outputTokensPerSec }) => middle(outputTokensPerSec) },
    { head: `TTFT ${spec.sloPercentile}, ms`, cell: ({ ttftMs }) => middle(ttftMs) },
    { head: `TPOT ${spec.sloPercentile}, ms`, cell: ({ tpotMs }) => middle(tpotMs) },
    { head: "USD/Mtok output", cell: ({ usdPerMtokOutput }) => ranged(usdPerMtokOutput) },
    { head: "output-equivalent", cell: ({ usdPerMtokOutputEquivalent }) => middleUsd(usdPerMtokOutputEquivalent) },
  ];
}

function middleUsd(quantity: Quantity): string {
  const value = middleOf(quantity);
  return value === undefined ? "unknown" : usd(value);
}

/** Basis of the figures, one line each. */
export function basisLines({ atLoad, saturation, alone, capacityAtSlo, measured, usdPerGpuHour }: ServePlan): string[] {
  const capacity = capacityAtSlo.requestsPerSec;
  const named: [string, Quantity][] = [
    ["TPOT", isRefusal(atLoad.tpotMs.p50) ? alone.tpotMs.p50 : atLoad.tpotMs.p50],
    ["TTFT", isRefusal(atLoad.ttftMs.p50) ? alone.ttftMs.p50 : atLoad.ttftMs.p50],
    ["tokens/s", saturation.outputTokensPerSec],
    ...(measured === null || isRefusal(capacity) ? [] : ([["capacity", capacity]] as [string, Quantity][])),
    ["price", usdPerGpuHour],
  ];
  return named.flatMap(([label, quantity]) => (isRefusal(quantity) ? [] : [`basis of ${label}: ${quantity.basis}`]));
}

/**
 * The three cells of a row. An unknown end is shown as unknown; a completely unknown quantity shows it in the middle
 * cell.
 */
export function cellsOf(quantity: Quantity, format: (value: number) => string): string[] {
  if (isRefusal(quantity)) {
    if (quantity.known === undefined) return ["", "unknown", ""];
    const { p10, p50, p90 } = quantity.known;
    return [p10, p50, p90].map((value) => (value === undefined ? "unknown" : format(value)));
  }
  return [quantity.p10, quantity.p50, quantity.p90].map((value) => format(value));
}
