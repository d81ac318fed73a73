import { formatNumber, GIB, MIB } from "../../base/units.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { Instant, MemoryLine, MemoryPlan } from "../../domain/memory-plan.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import type { MemoryFacts } from "./memory-facts.ts";
import { ALWAYS, isState } from "./memory-line.ts";

/**
 * Shares that the allocator holds beyond live tensors. State is allocated once, in blocks of its own size; tensors that
 * a step creates are cut from cached blocks. If lengths vary, a block for the logits of a shorter batch is too small
 * for a longer one, so blocks of several lengths are held in addition to the live ones.
 *
 * @source state: ms-swift's table, in which Qwen-7B full training holds 73.4 GiB for 71.9 of state at the optimizer
 *   step. Tensors created by a step: AgileRL's reserve over its traces, 7 % of all. Logits of varying lengths:
 *   ms-swift's table, in which runs of models with vocabularies of 32k to 152k at 512 to 4,096 tokens hold one to three
 *   times the live logits in addition to them, and no more of the activations that are kept without checkpointing;
 *   PEFT's method comparison, which empties the cache every ten steps, holds 5 % beyond live tensors
 */
const HELD_SHARE = { state: 0.02, made: 0.1, varyingLogits: 2 } as const;

/** Context of a CUDA process if it was not measured, MiB; an assumption: that of the A100. */
const USUAL_CONTEXT_MIB = 500;

/**
 * Workspaces of CUDA's libraries outside torch's allocator, and the memory that a sleeping engine keeps on the same
 * GPU.
 * @source AgileRL: 436 MiB of a trainer without an engine (memory formulas, 2026-08); about 700 MiB (PR #635)
 */
const LIBRARIES_MIB = 436;
const SLEEPING_MIB = 700;

type Overheads = { spec: RunSpec; gpu: Gpu; facts: MemoryFacts };

/** Memory of a GPU in addition to live tensors: allocator overhead, the process, and an inference engine. */
export function overheadLines(tensors: Tensors, overheads: Overheads): MemoryLine[] {
  const fixedLines = [processLine(overheads), ...engineLines(overheads)].filter(({ bytes }) => bytes > 0);
  const awake = fixedLines.filter(({ instants }) => instants.includes("loss"));
  const room = overheads.gpu.usableGib * GIB - awake.reduce((sum, { bytes }) => sum + bytes, 0);
  return [allocatorLine(tensors, overheads.facts.fixedLengths, room), ...fixedLines];
}

type Tensors = { lines: readonly MemoryLine[]; instants: MemoryPlan["instants"] };

/**
 * Bytes that the allocator reserves beyond the peak of live tensors: with enough free memory, and the minimum on a full
 * GPU.
 */
export function allocatorGaps(tensors: Tensors, fixedLengths: boolean): { most: number; least: number } {
  const allocated = Math.max(...tensors.instants.map(({ bytes }) => bytes));
  const held = fullest(tensors, fixedLengths);
  const least = HELD_SHARE.state * allocated;
  return { most: Math.max(least, held.bytes + held.gap - allocated), least };
}

function fullest(
  { lines, instants }: Tensors,
  fixedLengths: boolean,
): { instant: Instant; bytes: number; gap: number } {
  return instants
    .map(({ instant, bytes }) => ({ instant, bytes, gap: heldIn(instant, lines, fixedLengths) }))
    .reduce((best, entry) => (entry.bytes + entry.gap > best.bytes + best.gap ? entry : best));
}

function allocatorLine(tensors: Tensors, fixedLengths: boolean, roomBytes: number): MemoryLine {
  const allocated = Math.max(...tensors.instants.map(({ bytes }) => bytes));
  const { most, least } = allocatorGaps(tensors, fixedLengths);
  // An allocator that runs out of memory frees its cache and retries.
  const room = Math.max(least, roomBytes - allocated);
  return {
    id: "allocator",
    label: "allocator gaps",
    bytes: Math.min(most, room),
    formula: gapsFormula({ most, least, room }, () =>
      heldFormula(fullest(tensors, fixedLengths).instant, fixedLengths),
    ),
    // While an engine samples, the trainer's cache is empty.
    instants: ALWAYS.filter((instant) => instant !== "rollout"),
    kind: "reserved",
  };
}

function gapsFormula({ most, least, room }: Record<"most" | "least" | "room", number>, usual: () => string): string {
  if (most <= room) return usual();
  return room > least
    ? "the rest of the GPU's memory: a full allocator frees its cache"
    : `${HELD_SHARE.state * 100} % of live tensors, the minimum: the GPU is over-full`;
}

function heldFormula(instant: Instant, fixedLengths: boolean): string {
  const state = `${HELD_SHARE.state * 100} %`;
  if (instant === "optimizer") return `${state} of the optimizer step`;
  const logits =
    fixedLengths || instant !== "loss" ? "" : ` and ${HELD_SHARE.varyingLogits * 100} % of logits of varying lengths`;
  return `${state} of state, ${HELD_SHARE.made * 100} % of the rest of the ${instant} instant${logits}`;
}

function heldIn(instant: Instant, lines: readonly MemoryLine[], fixedLengths: boolean): number {
  return lines
    .filter(({ instants }) => instants.includes(instant))
    .reduce((sum, line) => sum + line.bytes * heldShare(line, instant, fixedLengths), 0);
}

function heldShare(entry: MemoryLine, instant: Instant, fixedLengths: boolean): number {
  // Gradients and the temporaries of the optimizer always have the same size.
  if (isState(entry) || instant === "optimizer") return HELD_SHARE.state;
  return entry.id === "logits" && !fixedLengths ? HELD_SHARE.varyingLogits : HELD_SHARE.made;
}

function processLine({ gpu, facts }: Overheads): MemoryLine {
  const context = gpu.contextMib ?? USUAL_CONTEXT_MIB;
  const libraries = facts.rolloutEngine === "none" ? LIBRARIES_MIB : 0;
  return {
    id: "process",
    label: "process and CUDA context",
    bytes: (context + libraries) * MIB,
    formula: `${context} MiB context${libraries > 0 ? ` + ${libraries} MiB libraries` : ""}`,
    instants: ALWAYS,
    kind: "device",
  };
}

/**
 * The engine that samples on the same GPU: its budget while it is awake, and the part that it keeps while it sleeps.
 * @source vLLM's `gpu_memory_utilization`; AgileRL PR #635: training and sampling peak separately and are never summed
 */
function engineLines({ spec, gpu, facts }: Overheads): MemoryLine[] {
  if (facts.rolloutEngine === "none") return [];
  const budget = spec.rolloutMemoryShare * gpu.usableGib * GIB;
  const asleep = facts.rolloutEngine !== "colocated";
  const sampling = facts.rolloutEngine !== "asleep";
  const label = "inference engine";
  return [
    ...(sampling
      ? [
          {
            id: "engine",
            label,
            bytes: budget,
            formula: `${spec.rolloutMemoryShare * 100} % of ${formatNumber(gpu.usableGib)} GiB`,
            instants: asleep ? (["rollout"] as Instant[]) : ALWAYS,
            kind: "device" as const,
          },
        ]
      : []),
    ...(asleep
      ? [
          {
            id: "resident",
            label: "sleeping inference engine",
            bytes: SLEEPING_MIB * MIB,
            formula: `${SLEEPING_MIB} MiB that it keeps`,
            instants: ALWAYS.filter((instant) => instant !== "rollout"),
            kind: "device" as const,
          },
        ]
      : []),
  ];
}
