import { formatRange } from "../../base/units.ts";
import { type Estimate, isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { FleetCandidate } from "../../domain/fleet-search.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { Term } from "../../domain/price.ts";
import type { RunPart } from "../../domain/run-part.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { gpuNotes } from "../gpu-notes.ts";
import { type Range, sumRanges } from "../lognormal.ts";
import type { TrainRun } from "../memory/memory.ts";
import { adapterParamCount } from "../model-parts.ts";
import { runCost } from "../run-cost.ts";
import { runParts } from "../speed/run-parts.ts";
import { type RunTime, runTime } from "../speed/run-time.ts";
import { nodeCount } from "./fleet-layout.ts";
import { reasonOf } from "./fleet-reason.ts";
import type { FleetPrice, FleetRequest } from "./fleet-request.ts";
import type { MicroBatch } from "./micro-batch.ts";
import { onSpot, spotBasis, type SpotFactors, spotFactors } from "./spot.ts";

/** A run on a fleet with what it needs and takes, before it is priced. */
export type TimedRun = {
  run: TrainRun;
  batch: MicroBatch;
  memory: MemoryPlan;
  /** Of the training steps alone. */
  time: RunTime;
  /** What interruptions would add; undefined where it would never finish, or where there are no hours. */
  spot: SpotFactors | undefined;
};

/** Hours of a run on a fleet, undisturbed, and what interruptions would add to them. */
export function timeRun(
  { run, memory, batch }: { run: TrainRun; memory: MemoryPlan; batch: MicroBatch },
  request: Pick<FleetRequest, "volume" | "spot" | "terms">,
): TimedRun {
  const time = runTime(run, request.volume);
  const { hours } = time;
  const isBought = request.terms.includes("spot") && !isRefusal(hours);
  const facts = isBought
    ? {
        hours: hours.p50,
        nodes: nodeCount(run.gpu, run.spec.gpuCount),
        checkpointGb: checkpointGb(run.shape, run.spec),
      }
    : undefined;
  return {
    run,
    batch,
    memory,
    time,
    spot: facts === undefined ? undefined : spotFactors(facts, request.spot),
  };
}

/**
 * Gigabytes of a checkpoint that training can go on from: 12 bytes per trained parameter, which are its weight and two
 * Adam moments in fp32; frozen weights are not written.
 */
function checkpointGb(shape: ModelShape, spec: RunSpec): number {
  const isWhole = spec.method === "full" || spec.method === "pretrain";
  return (12 * (isWhole ? shape.paramCount : adapterParamCount(shape, spec))) / 1e9;
}

/** A fleet of the list in full: memory, hours and cost as ranges, by the term it is bought on. */
export function priceFleet(
  { spec, volume, assumption, spot: facts }: Pick<FleetRequest, "spec" | "volume" | "assumption" | "spot">,
  { run, memory, batch, time, spot }: TimedRun,
  { gpu, term, price }: { gpu: Gpu; term: Term; price: FleetPrice },
): Omit<FleetCandidate, "onFront" | "dominatedBy"> {
  const { hours, gpuHours } = time;
  const besides = besideSteps(runParts({ run, volume, time, assumption }));
  const { gpuCount, tensorParallel, pipelineParallel } = run.spec;
  const disturbed = term === "spot" ? spot : undefined;
  const basis = disturbed === undefined ? "" : spotBasis(disturbed, facts);
  const wall = disturbed === undefined ? hours : onSpot(hours, disturbed.wall, basis);
  const billed = disturbed === undefined ? gpuHours : onSpot(gpuHours, disturbed.billed, basis);
  return {
    gpu: gpu.id,
    gpuCount,
    sharding: run.spec.sharding,
    tensorParallel,
    pipelineParallel,
    ...batch,
    memory: memory.device,
    fits: memory.fits,
    hours: withParts(wall, besides, 1),
    usdPerGpuHour: price.usd,
    cost: runCost(withParts(billed, besides, gpuCount), price.usd),
    reason: reasonOf(memory),
    notes: [...(price.note === undefined ? [] : [price.note.text]), ...gpuNotes(spec, gpu)],
    term,
    priceIsOld: price.note?.isOld ?? false,
    spot: disturbed === undefined ? null : spotPlan(disturbed),
  };
}

/** Wall hours of the parts of a run beside its steps. */
function besideSteps(parts: readonly RunPart[]): Range | Refusal {
  const hours = parts.filter(({ id, within }) => within === null && id !== "steps").map((part) => part.hours);
  return hours.find(isRefusal) ?? sumRanges(hours.filter((each): each is Estimate => !isRefusal(each)));
}

/** Hours of the steps with what a run takes beside them, on each of its GPUs. */
function withParts(steps: Quantity, besides: Range | Refusal, gpus: number): Quantity {
  if (isRefusal(steps)) return steps;
  if ("refused" in besides) return besides;
  const { p10, p50, p90 } = besides;
  const basis = `${steps.basis}; ${formatRange(p10, p90)} h of start-up, evaluation and checkpoints on each GPU are added`;
  return { ...steps, ...sumRanges([steps, { p10: p10 * gpus, p50: p50 * gpus, p90: p90 * gpus }]), basis };
}

function spotPlan({ interruptions, checkpointMinutes, billedFactor, wallFactor }: SpotFactors) {
  return { interruptions, checkpointMinutes, billedFactor, wallFactor };
}
