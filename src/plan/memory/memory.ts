import { GIB } from "../../base/units.ts";
import { isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { Instant, MemoryKind, MemoryLine, MemoryPlan } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import type { Calibration } from "../calibration/calibration.ts";
import { PUBLISHED } from "../calibration/published.ts";
import { type Correction, lookUp } from "../calibration/look-up.ts";
import { type FactOverrides, memoryFacts, type MemoryFacts, shardingOf } from "./memory-facts.ts";
import { MEMORY_LADDER, memoryFacets } from "./memory-facets.ts";
import { STEP } from "./memory-line.ts";
import { allocatedLines } from "./memory-lines.ts";
import { overheadLines } from "./memory-overhead.ts";
import { memoryWarnings } from "./memory-warnings.ts";

/**
 * A run on a GPU: what every estimate of training starts from. `facts` replaces single resolved numbers; `calibration`
 * stands for the published measurements, as where a source is left out or the user's own are beside them.
 */
export type TrainRun = {
  shape: ModelShape;
  spec: RunSpec;
  gpu: Gpu;
  facts?: FactOverrides;
  calibration?: Calibration | undefined;
  /** Of a library that nothing is known of: measurements of all libraries correct it. */
  isOfUnknownStack?: boolean | undefined;
};

const SOURCES = [
  "docs/concepts/training-model.md §1.1-1.6: closed form read off fms-acceleration, MLPerf, litgpt, torchtune and AgileRL runs",
];

/** What the closed form says before any measurement corrects it. */
export type MemoryPhysics = Pick<MemoryPlan, "lines" | "instants" | "sharding"> & {
  peak: Instant;
  gib: Readonly<Record<MemoryKind, number>>;
};

/**
 * Peak memory of one GPU, itemised: the maximum over the loss, one layer's backward and the optimizer step, as
 * allocated, reserved and device GiB. The closed form is corrected by what measurements of runs of its kind showed,
 * and the range is that of a source that was not among them.
 *
 * @accuracy leave-one-source-out figures: training-model.md §3
 * @source training-model.md §1
 */
export function trainMemory(run: TrainRun): MemoryPlan {
  const { gpu } = run;
  const physics = memoryPhysics(run);
  if ("refused" in physics) return refused(run, physics);
  const { lines, instants, peak, sharding, gib } = physics;
  const estimate = (kind: MemoryKind): Quantity =>
    corrected(
      gib[kind],
      lookUp(run.calibration ?? PUBLISHED, {
        quantity: "peakMemoryGib",
        facets: memoryFacets(run, kind),
        ladder: MEMORY_LADDER,
      }),
    );
  const { allocated, reserved, device } = nested(estimate("allocated"), estimate("reserved"), estimate("device"));
  return {
    lines,
    instants,
    peak,
    sharding,
    allocated,
    reserved,
    device,
    capacityGib: gpu.memoryGib,
    fits: fitsIn(device, gpu.memoryGib),
    warnings: memoryWarnings(run),
  };
}

/** The peak of one GPU by the closed form alone, by kind of number, with the terms that it is made of. */
export function memoryPhysics(run: TrainRun): MemoryPhysics | Refusal {
  const { shape, spec } = run;
  const resolved = memoryFacts(shape, spec);
  if (isRefusalOf(resolved)) return resolved;
  const facts: MemoryFacts = { ...resolved, ...run.facts };
  const lines = allocatedLines({ shape, spec, facts });
  const tensors = lines.filter(({ kind }) => kind === "allocated");
  const instants = instantsOf(spec.objective).map((instant) => ({ instant, bytes: bytesIn(tensors, instant) }));
  const peak = instants.reduce((best, each) => (each.bytes > best.bytes ? each : best));
  const overhead = [
    ...overheadLines({ lines: tensors, instants }, { spec, gpu: run.gpu, facts }),
    ...lines.filter(({ kind }) => kind === "device"),
  ];
  const bytesOf = (kind: MemoryKind, instant: Instant): number =>
    bytesIn(
      overhead.filter((each) => each.kind === kind),
      instant,
    );
  const reserved = peak.bytes + bytesOf("reserved", peak.instant);
  // An engine that samples while training sleeps peaks in an instant of its own.
  const sampling = bytesIn(tensors, "rollout") + bytesOf("device", "rollout");
  const training = reserved + bytesOf("device", peak.instant);
  return {
    lines: [...tensors, ...overhead],
    instants,
    peak: sampling > training && instants.some(({ instant }) => instant === "rollout") ? "rollout" : peak.instant,
    sharding: facts.sharding,
    gib: {
      allocated: peak.bytes / GIB,
      reserved: reserved / GIB,
      device: Math.max(training, sampling) / GIB,
    },
  };
}

/** Whether a device-memory estimate fits in a card: on its p90, only on its median, or not. */
function fitsIn(device: Quantity, capacityGib: number): MemoryPlan["fits"] {
  if (isRefusal(device)) return "unknown";
  if (device.p90 <= capacityGib) return "yes";
  return device.p50 <= capacityGib ? "tight" : "no";
}

/** The instants that a run has: without a reference none of its log-probabilities, without sampling no rollout. */
function instantsOf(objective: RunSpec["objective"]): Instant[] {
  const { hasReference, row } = OBJECTIVES[objective];
  return [
    ...(hasReference ? (["logprob"] as const) : []),
    ...STEP,
    ...(row === "prompt" ? (["rollout"] as const) : []),
  ];
}

function bytesIn(lines: readonly MemoryLine[], instant: Instant): number {
  return lines.reduce((sum, each) => sum + (each.instants.includes(instant) ? each.bytes : 0), 0);
}

/**
 * Live tensors are part of what is reserved, and that of what the device shows: where the ranges, made from different
 * sources, would cross, those of the larger kinds rise to the smaller one's.
 */
function nested(...[allocated, reserved, device]: [Quantity, Quantity, Quantity]): Record<MemoryKind, Quantity> {
  const risen = atLeast(reserved, allocated);
  return { allocated, reserved: risen, device: atLeast(device, risen) };
}

function atLeast(larger: Quantity, smaller: Quantity): Quantity {
  if (isRefusal(larger) || isRefusal(smaller)) return larger;
  return {
    ...larger,
    p10: Math.max(larger.p10, smaller.p10),
    p50: Math.max(larger.p50, smaller.p50),
    p90: Math.max(larger.p90, smaller.p90),
  };
}

function corrected(gib: number, correction: Correction | Refusal): Quantity {
  if ("refused" in correction) return correction;
  const { p10, p50, p90, basis, n, sources } = correction;
  return {
    p10: gib * p10,
    p50: gib * p50,
    p90: gib * p90,
    unit: "GiB",
    basis: `closed form of ${gib.toPrecision(4)} GiB ${basis}`,
    n,
    sources: [...SOURCES, ...sources],
  };
}

function refused({ spec, gpu }: TrainRun, refusal: Refusal): MemoryPlan {
  return {
    lines: [],
    instants: [],
    peak: null,
    sharding: shardingOf(spec),
    allocated: refusal,
    reserved: refusal,
    device: refusal,
    capacityGib: gpu.memoryGib,
    fits: "unknown",
    warnings: [],
  };
}

function isRefusalOf(value: MemoryFacts | Refusal): value is Refusal {
  return "refused" in value;
}
