import { GIB } from "../../base/units.ts";
import { type Estimate, isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { Instant, MemoryKind, MemoryLine, MemoryPlan } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { gpuNotes } from "../gpu-notes.ts";
import { type MemoryBand, memoryBand } from "./memory-bands.ts";
import { type FactOverrides, memoryFacts, type MemoryFacts, shardingOf } from "./memory-facts.ts";
import { allocatedLines } from "./memory-lines.ts";

/** A run on a GPU: what every estimate of training starts from. `facts` replaces single resolved numbers. */
export type TrainRun = { shape: ModelShape; spec: RunSpec; gpu: Gpu; facts?: FactOverrides };

const INSTANTS: readonly Instant[] = ["loss", "layer", "optimizer"];

const SOURCES = [
  "docs/concepts/training-model.md §1.1-1.6: closed form read off fms-acceleration, MLPerf, litgpt, torchtune and AgileRL runs",
];

/**
 * Share that the allocator holds beyond live tensors, and what a process adds on the card.
 * @source training-model.md §1.6: reserved +8 % with fixed and +25 % with variable lengths; device +0.5 to +1.5 GiB
 */
const RESERVED_SHARE = { fixed: 0.08, variable: 0.25 } as const;
const PROCESS_GIB = 1;

/**
 * Peak memory of one GPU, itemised: the maximum over the loss, one layer's backward and the optimizer step, as
 * allocated, reserved and device GiB with the p10-p90 of published measurements around the closed form.
 *
 * @accuracy allocated memory of 69 dense single-A100 runs of fms-acceleration, off which it was read: mean error 1.8 %,
 *   worst 7.4 %; over all published runs that it answers the median error is 13.5 % and 80 % lie inside p10-p90
 * @source training-model.md §1
 */
export function trainMemory(run: TrainRun): MemoryPlan {
  const { shape, spec, gpu } = run;
  const resolved = memoryFacts(shape, spec);
  if (isRefusalOf(resolved)) return refused(run, resolved);
  const facts: MemoryFacts = { ...resolved, ...run.facts };
  const tensors = allocatedLines({ shape, spec, facts });
  if (!Array.isArray(tensors)) return refused(run, tensors);
  const instants = INSTANTS.map((instant) => ({ instant, bytes: bytesIn(tensors, instant) }));
  const peak = instants.reduce((best, each) => (each.bytes > best.bytes ? each : best));
  const overhead = overheadLines(instants, spec, facts);
  const lines = [...tensors, ...overhead];
  const totals = { allocated: peak.bytes, reserved: 0, device: 0 };
  totals.reserved = totals.allocated + overhead[0]!.bytes;
  totals.device = totals.reserved + overhead.slice(1).reduce((sum, { bytes }) => sum + bytes, 0);
  const estimate = (kind: MemoryKind): Estimate => withBand(totals[kind] / GIB, memoryBand(kind, run));
  const { allocated, reserved, device } = nested(estimate("allocated"), estimate("reserved"), estimate("device"));
  return {
    lines,
    instants,
    peak: peak.instant,
    sharding: facts.sharding,
    allocated,
    reserved,
    device,
    capacityGib: gpu.memoryGib,
    fits: fitsIn(device, gpu.memoryGib),
    warnings: warningsOf(run),
  };
}

/** Whether a device-memory estimate fits in a card: on its p90, only on its median, or not. */
function fitsIn(device: Quantity, capacityGib: number): MemoryPlan["fits"] {
  if (isRefusal(device)) return "unknown";
  if (device.p90 <= capacityGib) return "yes";
  return device.p50 <= capacityGib ? "tight" : "no";
}

function bytesIn(lines: readonly MemoryLine[], instant: Instant): number {
  return lines.reduce((sum, each) => sum + (each.instants.includes(instant) ? each.bytes : 0), 0);
}

function overheadLines(instants: MemoryPlan["instants"], spec: RunSpec, facts: MemoryFacts): MemoryLine[] {
  const variable = spec.packing ? RESERVED_SHARE.fixed : RESERVED_SHARE.variable;
  // Lengths vary what the loss and the layers need; the optimizer step has the same size every time.
  const held = instants.map(({ instant, bytes }) => ({
    instant,
    bytes: bytes * (1 + (instant === "optimizer" ? RESERVED_SHARE.fixed : variable)),
  }));
  const reserved = held.reduce((best, each) => (each.bytes > best.bytes ? each : best));
  const share = reserved.instant === "optimizer" ? RESERVED_SHARE.fixed : variable;
  const allocated = Math.max(...instants.map(({ bytes }) => bytes));
  const always = { instants: [...INSTANTS] };
  const lines: MemoryLine[] = [
    {
      id: "allocator",
      label: "allocator gaps",
      bytes: reserved.bytes - allocated,
      formula: `${share * 100} % held beyond the ${reserved.instant} instant, ${spec.packing ? "fixed" : "variable"} lengths`,
      kind: "reserved",
      ...always,
    },
    {
      id: "process",
      label: "process and CUDA context",
      bytes: PROCESS_GIB * GIB,
      formula: `${PROCESS_GIB} GiB (0.5 to 1.5 seen)`,
      kind: "device",
      ...always,
    },
  ];
  if (facts.residentBytes > 0)
    lines.push({
      id: "resident",
      label: "sleeping inference engine",
      bytes: facts.residentBytes,
      formula: "0.7 GiB seen (AgileRL)",
      kind: "device",
      ...always,
    });
  return lines;
}

/**
 * Live tensors are part of what is reserved, and that of what the device shows: where the bands, made from different
 * sources, would cross, the low ends rise to the smaller kind's and the high ends fall to the larger kind's.
 */
function nested(...[allocated, reserved, device]: [Estimate, Estimate, Estimate]): Record<MemoryKind, Estimate> {
  const reservedLow = Math.max(reserved.p10, allocated.p10);
  const reservedHigh = Math.min(reserved.p90, device.p90);
  return {
    allocated: { ...allocated, p90: Math.min(allocated.p90, reservedHigh) },
    reserved: { ...reserved, p10: reservedLow, p90: reservedHigh },
    device: { ...device, p10: Math.max(device.p10, reservedLow) },
  };
}

function withBand(gib: number, band: MemoryBand): Estimate {
  return {
    p10: gib * Math.min(1, band.low),
    p50: gib,
    p90: gib * Math.max(1, band.high),
    unit: "GiB",
    basis: `closed form × ${band.low.toFixed(2)}-${band.high.toFixed(2)}: p10-p90 of measured over predicted, ${band.method}, ${band.kind === "card" ? "reserved or device" : "allocated"} (sources ${band.groups.join(", ")}, each weighing the same)`,
    n: band.n,
    sources: SOURCES,
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

function warningsOf({ shape, spec, gpu }: TrainRun): string[] {
  const warnings: string[] = [...gpuNotes(spec, gpu)];
  if (shape.experts && spec.method === "qlora")
    warnings.push(
      '4-bit quantisation may skip fused experts: a 26B mixture loaded 46.4 GiB as "4-bit" (Unsloth notebook, training-model.md §1.3)',
    );
  if (shape.experts)
    warnings.push(
      spec.method === "full" || spec.method === "pretrain"
        ? "mixture of experts: routing buffers are not modelled and no published run of full training calibrates them; the range is doubled"
        : "mixture of experts: routing buffers are not modelled; only Mixtral runs check it (errors of about 10 %)",
    );
  if (!gpu.bf16Native)
    warnings.push(
      `${gpu.id} has no bf16: the run would be fp16, which no published run here calibrates; the range is doubled`,
    );
  if (shape.linearLayers > 0)
    warnings.push(
      `${shape.linearLayers} of ${shape.layers} layers are not attention: their working set is taken as that of an attention layer`,
    );
  if (spec.objective === "grpo")
    warnings.push(
      "the training part alone: an inference engine on the same card needs its own share while it samples, unless it sleeps during training",
    );
  return warnings;
}

function isRefusalOf(value: MemoryFacts | Refusal): value is Refusal {
  return "refused" in value;
}
