import { GIB } from "../../base/units.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { Instant, MemoryKind, MemoryLine, MemoryPlan } from "../../domain/memory-plan.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import type { Calibration } from "../calibration/calibration.ts";
import { PUBLISHED } from "../calibration/published.ts";
import { calibratedRun } from "../calibration/calibrated-run.ts";
import { lookUp } from "../calibration/look-up.ts";
import type { Physics } from "../calibration/uncertain-part.ts";
import { asComputedOn } from "../layout/gpu-notes.ts";
import { correctedGib, heldBytes, nested, type Peak, stateBytes } from "./corrected-memory.ts";
import { knownAllocations } from "./known-allocations.ts";
import type { FactOverrides, MemoryFacts } from "./memory-facts.ts";
import { MEMORY_LADDER, memoryFacets } from "./memory-facets.ts";
import { STEP } from "./memory-line.ts";
import { allocatorGaps, overheadLines } from "./memory-overhead.ts";
import { isPaged } from "./memory-formats.ts";
import { memoryWarnings } from "./memory-warnings.ts";

/**
 * A run on a GPU: the input of every training estimate. `facts` overrides single resolved numbers; `calibration`
 * replaces the published measurements, for example to exclude a source or to add the user's own.
 */
export type TrainRun = {
  shape: ModelShape;
  spec: RunSpec;
  gpu: Gpu;
  facts?: FactOverrides;
  calibration?: Calibration | undefined;
  /** The library is unknown: measurements of all libraries calibrate the run. */
  isOfUnknownStack?: boolean | undefined;
};

/** The closed form before calibration. */
export type MemoryPhysics = Pick<MemoryPlan, "lines" | "instants" | "sharding"> & {
  peak: Instant;
  gib: Readonly<Record<MemoryKind, number>>;
  /**
   * Calibrated part of each peak, and the part that a full GPU can free: by GPU, and separately for training and
   * sampling.
   */
  peaks: Readonly<Record<MemoryKind, readonly Peak[]>>;
};

/**
 * Peak memory of one GPU, itemised: the maximum over the loss, one layer's backward and the optimizer step, as
 * allocated, reserved and device GiB. The closed form is calibrated by measurements of runs of its kind, and the range
 * is that of an unseen source.
 *
 * @accuracy leave-one-source-out figures: training-model.md §3
 * @source training-model.md §1
 */
export function trainMemory(run: TrainRun): MemoryPlan {
  const { gpu } = run;
  const physics = memoryPhysics(run);
  const { lines, instants, peak, sharding, peaks } = physics;
  const correctionOf = (kind: MemoryKind): ReturnType<typeof lookUp> =>
    lookUp(run.calibration ?? PUBLISHED, {
      quantity: "peakMemoryGib",
      facets: memoryFacets(run, kind),
      ladder: MEMORY_LADDER,
      run: calibratedRun(run),
    });
  const corrections = byKind(correctionOf);
  const { allocated, reserved, device } = nested(
    byKind((kind) => correctedGib(peaks[kind], corrections[kind])),
    byKind((kind) => "isOwnKind" in corrections[kind] && corrections[kind].isOwnKind),
  );
  return {
    lines,
    instants,
    peak,
    sharding,
    allocated,
    reserved,
    device,
    capacityGib: gpu.usableGib,
    fits: fitsIn(device, gpu.usableGib),
    warnings: memoryWarnings(run),
  };
}

/**
 * The peak of one GPU in closed form, by kind of number, with its terms. For a pipeline, the terms are those of the
 * fullest GPU, and each kind of number is that of the GPU with the largest value: the first stage may have more live
 * tensors, and the last one more allocator overhead from its logits.
 */
export function memoryPhysics(run: TrainRun): MemoryPhysics {
  const spec = asComputedOn(run.spec, run.gpu);
  const { facts, ranks } = knownAllocations(run.shape, spec, run.facts);
  const gpus = ranks.map((lines) => gpuPhysics(lines, { spec, facts, gpu: run.gpu }));
  const fullest = (kind: MemoryKind): MemoryPhysics =>
    gpus.reduce((best, memoryPhysics) => (memoryPhysics.gib[kind] > best.gib[kind] ? memoryPhysics : best));
  return {
    ...fullest("device"),
    gib: byKind((kind) => fullest(kind).gib[kind]),
    // Which GPU and instant are the fullest depends on the error of the uncertain part.
    peaks: byKind((kind) => gpus.flatMap(({ peaks }) => peaks[kind])),
  };
}

function gpuPhysics(
  lines: readonly MemoryLine[],
  { spec, facts, gpu }: { spec: RunSpec; facts: MemoryFacts; gpu: Gpu },
): MemoryPhysics {
  const tensors = lines.filter(({ kind }) => kind === "allocated");
  const instants = instantsOf(spec.objective).map((instant) => ({ instant, bytes: bytesIn(tensors, instant) }));
  const peak = instants.reduce((best, instant) => (instant.bytes > best.bytes ? instant : best));
  const overhead = [
    ...overheadLines({ lines: tensors, instants }, { spec, gpu, facts }),
    ...lines.filter(({ kind }) => kind === "device"),
  ];
  const bytesOf = (kind: MemoryKind, instant: Instant): number =>
    bytesIn(
      overhead.filter((entry) => entry.kind === kind),
      instant,
    );
  const reserved = peak.bytes + bytesOf("reserved", peak.instant);
  // An engine that samples while training sleeps peaks at a separate instant.
  const sampling = bytesIn(tensors, "rollout") + bytesOf("device", "rollout");
  const training = reserved + bytesOf("device", peak.instant);
  const samples = instants.some(({ instant }) => instant === "rollout");
  const isSampling = samples && sampling > training;
  const all = [...tensors, ...overhead];
  const gaps = allocatorGaps({ lines: tensors, instants }, facts.fixedLengths);
  const paged = isPaged(spec.optimizer) ? lines.filter(({ kind }) => kind === "device") : [];
  return {
    lines: all,
    instants,
    peak: isSampling ? "rollout" : peak.instant,
    sharding: facts.sharding,
    gib: {
      allocated: peak.bytes / GIB,
      reserved: reserved / GIB,
      device: (isSampling ? sampling : training) / GIB,
    },
    peaks: peaksOf(all, {
      instant: peak.instant,
      paged,
      gaps,
      capacityGib: gpu.usableGib,
      samplingBytes: samples ? sampling : null,
    }),
  };
}

type Full = {
  instant: Instant;
  paged: readonly MemoryLine[];
  gaps: { most: number; least: number };
  capacityGib: number;
  /** The instant at which an engine samples, if the run has one. */
  samplingBytes: number | null;
};

/**
 * Peaks of each kind with enough free memory and on a full GPU, which frees the allocator's cache and paged optimizer
 * state.
 */
function peaksOf(
  lines: readonly MemoryLine[],
  { instant, paged, gaps, capacityGib, samplingBytes }: Full,
): MemoryPhysics["peaks"] {
  const live = (instant: Instant): MemoryLine[] => lines.filter(({ instants }) => instants.includes(instant));
  const bytesOf = (kind: MemoryKind): number =>
    bytesIn(
      lines.filter((line) => line.kind === kind),
      instant,
    );
  const [tensors, beside, pagedBytes] = [bytesOf("allocated"), bytesOf("device"), bytesIn(paged, instant)];
  const physics = (bytes: number, held: readonly MemoryLine[]): Physics => ({
    physics: bytes / GIB,
    held: heldBytes(held) / GIB,
  });
  const state = live(instant).filter(({ kind }) => kind === "allocated");
  const allocated = physics(tensors, state);
  const [training, sampling] = [live(instant), live("rollout")];
  const stateGib = stateBytes(lines) / GIB;
  const stays = (lines: readonly MemoryLine[]): MemoryLine[] => lines.filter((line) => !paged.includes(line));
  const room = (bytes: number): number => capacityGib - bytes / GIB;
  const leaves = pagedBytes > 0 ? "cache and paged optimizer state can" : "the allocator's cache can";
  return {
    allocated: [{ whole: allocated, least: allocated, stateGib, roomGib: capacityGib, leaves: "" }],
    reserved: [
      {
        whole: physics(tensors + gaps.most, state),
        least: physics(tensors + gaps.least, state),
        stateGib,
        roomGib: room(beside - pagedBytes),
        leaves: "the allocator's cache can",
      },
    ],
    device: [
      {
        whole: physics(tensors + gaps.most + beside, training),
        least: physics(tensors + gaps.least + beside - pagedBytes, stays(training)),
        stateGib,
        roomGib: capacityGib,
        leaves,
      },
      ...(samplingBytes === null
        ? []
        : [
            {
              whole: physics(samplingBytes, sampling),
              least: physics(samplingBytes - bytesIn(paged, "rollout"), stays(sampling)),
              stateGib: 0,
              roomGib: capacityGib,
              leaves,
            },
          ]),
    ],
  };
}

/** Whether a device-memory estimate fits in a GPU: at its p90, only at its median, or not. */
function fitsIn(device: Quantity, capacityGib: number): MemoryPlan["fits"] {
  if (isRefusal(device)) return "unknown";
  if (device.p90 <= capacityGib) return "yes";
  return device.p50 <= capacityGib ? "tight" : "no";
}

/** The instants of a run: no log-probabilities without a reference, and no rollout without sampling. */
function instantsOf(objective: RunSpec["objective"]): Instant[] {
  const { hasReference, row } = OBJECTIVES[objective];
  return [
    ...(hasReference ? (["logprob"] as const) : []),
    ...STEP,
    ...(row === "prompt" ? (["rollout"] as const) : []),
  ];
}

function bytesIn(lines: readonly MemoryLine[], instant: Instant): number {
  return lines.reduce((sum, line) => sum + (line.instants.includes(instant) ? line.bytes : 0), 0);
}

function byKind<T>(valueOf: (kind: MemoryKind) => T): Record<MemoryKind, T> {
  return { allocated: valueOf("allocated"), reserved: valueOf("reserved"), device: valueOf("device") };
}
