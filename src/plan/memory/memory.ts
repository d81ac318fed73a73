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
 * A run on a GPU: what every estimate of training starts from. `facts` replaces single resolved numbers; `calibration`
 * stands for the published measurements, as where a source is left out or the user's own are next to them.
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

/** What the closed form says before any measurement corrects it. */
export type MemoryPhysics = Pick<MemoryPlan, "lines" | "instants" | "sharding"> & {
  peak: Instant;
  gib: Readonly<Record<MemoryKind, number>>;
  /** What measurements correct of each, and what of it leaves a full card: by GPU, and apart for training and sampling. */
  peaks: Readonly<Record<MemoryKind, readonly Peak[]>>;
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
 * The peak of one GPU by the closed form alone, by kind of number, with the terms that it is made of. Of a pipeline the
 * terms of the fullest GPU, and of each kind of number that of the GPU which has most of it: the first stage may have
 * more live tensors, and the last one more gaps between its logits.
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
    // Which GPU and which time is fullest depends on how far off what is unsure is.
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
  // An engine that samples while training sleeps peaks in an instant of its own.
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
  /** Of the instant in which an engine samples, where the run has one. */
  samplingBytes: number | null;
};

/** Peaks of each kind with room and in a full card, which frees the allocator's cache and paged optimizer state. */
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
  const [card, sampling] = [live(instant), live("rollout")];
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
        whole: physics(tensors + gaps.most + beside, card),
        least: physics(tensors + gaps.least + beside - pagedBytes, stays(card)),
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
  return lines.reduce((sum, line) => sum + (line.instants.includes(instant) ? line.bytes : 0), 0);
}

function byKind<T>(valueOf: (kind: MemoryKind) => T): Record<MemoryKind, T> {
  return { allocated: valueOf("allocated"), reserved: valueOf("reserved"), device: valueOf("device") };
}
