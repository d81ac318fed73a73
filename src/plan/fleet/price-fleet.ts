import { formatNumber, formatRange } from "../../base/units.ts";
import { type Estimate, isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { FleetCandidate, SpotPlan } from "../../domain/fleet-search.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import type { Term } from "../../domain/price.ts";
import type { RunPart } from "../../domain/run-part.ts";
import { gpuNotes } from "../layout/gpu-notes.ts";
import { type Range, sumRanges } from "../uncertainty/lognormal.ts";
import type { TrainRun } from "../memory/memory.ts";
import { runCost } from "../run/run-cost.ts";
import { runParts } from "../speed/run-parts.ts";
import { type SpeedEvidence, speedEvidence } from "../speed/speed-evidence.ts";
import type { FleetPrice, FleetRequest } from "./fleet-request.ts";
import type { MicroBatch } from "./micro-batch.ts";
import { spotBasis, type SpotFactors, type SpotFacts } from "./spot.ts";
import { hoursByTerm, type RunHours } from "./time-run.ts";

/** A run on a fleet with its memory and time, before pricing. */
export type TimedRun = RunHours & { run: TrainRun; batch: MicroBatch; memory: MemoryPlan };

/** A complete option: memory, hours and cost as ranges, for its term. */
export function priceFleet(
  { spec, volume, assumption, spot: facts }: Pick<FleetRequest, "spec" | "volume" | "assumption" | "spot">,
  timed: TimedRun,
  { gpu, term, price }: { gpu: Gpu; term: Term; price: FleetPrice },
): Omit<FleetCandidate, "onFront" | "dominatedBy"> {
  const { run, memory, batch } = timed;
  const { gpuCount, tensorParallel, pipelineParallel } = run.spec;
  const { hours, gpuHours } = wholeHours({ volume, assumption, spot: facts }, timed, term);
  const spot = term === "spot" ? timed.spot : undefined;
  const evidence = speedEvidence(run);
  const priceIsOld = price.note?.isOld ?? false;
  return {
    gpu: gpu.id,
    gpuCount,
    sharding: run.spec.sharding === "auto" ? memory.sharding : run.spec.sharding,
    tensorParallel,
    pipelineParallel,
    ...batch,
    memory: memory.device,
    fits: memory.fits,
    hours,
    usdPerGpuHour: price.usd,
    cost: runCost(gpuHours, price.usd),
    reason: reasonOf(memory),
    notes: [
      ...(price.note === undefined ? [] : [price.note.text]),
      ...(evidence.isThin ? [thinText(gpu, evidence)] : []),
      ...gpuNotes(spec, gpu),
    ],
    term,
    priceIsOld,
    speedSources: evidence.gpu,
    vendorSpeedSources: evidence.vendor,
    isLessSure: priceIsOld || evidence.isThin,
    spot: spot === undefined ? null : spotPlan(spot, facts),
  };
}

/** Hours and GPU-hours of a complete run on a fleet at one price term. */
export function wholeHours(
  { volume, assumption, spot }: Pick<FleetRequest, "volume" | "assumption" | "spot">,
  timed: TimedRun,
  term: Term,
): { hours: Quantity; gpuHours: Quantity } {
  const { run, time } = timed;
  const overhead = overheadHours(runParts({ run, volume, time, assumption }));
  const { hours, gpuHours } = hoursByTerm(timed, term, spot);
  return { hours: withParts(hours, overhead, 1), gpuHours: withParts(gpuHours, overhead, run.spec.gpuCount) };
}

function thinText({ vendor }: Gpu, { vendor: sources }: SpeedEvidence): string {
  return `${sources === 0 ? "no published run" : "only one source"} says how fast libraries like this one are on GPUs of ${vendor}: time a few steps before you book`;
}

/** Overhead of a run in wall hours, by part. */
function overheadHours(parts: readonly RunPart[]): Range | Refusal {
  const hours = parts.filter(({ id, within }) => within === null && id !== "steps").map((part) => part.hours);
  return hours.find(isRefusal) ?? sumRanges(hours.filter((hour): hour is Estimate => !isRefusal(hour)));
}

/** Hours of the steps plus the overhead, during which each of its GPUs is paid for. */
function withParts(steps: Quantity, overhead: Range | Refusal, gpus: number): Quantity {
  if (isRefusal(steps)) return steps;
  if ("refused" in overhead) return overhead;
  const { p10, p50, p90 } = overhead;
  const basis = `${steps.basis}; ${formatRange(p10, p90)} h of start-up, evaluation and checkpoints are added on each GPU`;
  return { ...steps, ...sumRanges([steps, { p10: p10 * gpus, p50: p50 * gpus, p90: p90 * gpus }]), basis };
}

function spotPlan(factors: SpotFactors, facts: SpotFacts): SpotPlan {
  const { interruptions, checkpointMinutes, billedFactor, wallFactor } = factors;
  return { interruptions, checkpointMinutes, billedFactor, wallFactor, basis: spotBasis(factors, facts) };
}

/** Memory of a run per GPU; if it does not fit at p90, also the largest terms and what to change. */
export function reasonOf({ device, capacityGib, fits, peak, sharding, lines }: MemoryPlan): string {
  if (isRefusal(device)) return device.refused;
  const needs = `needs ${formatRange(device.p10, device.p90)} of ${formatNumber(capacityGib)} GiB`;
  if (fits === "yes") return needs;
  const largest = lines
    .filter(({ instants }) => peak !== null && instants.includes(peak))
    .toSorted((a, b) => b.bytes - a.bytes)[0]!;
  const remedy =
    sharding === "none" ? "shard it over more GPUs, or lower the sequence" : "lower the sequence, or use more GPUs";
  return `${needs}, most of it ${largest.label}: ${remedy}`;
}
