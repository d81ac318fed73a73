import type { FleetCandidate } from "../../domain/fleet-search.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import type { TrainRun } from "../memory/memory.ts";
import type { FleetRequest } from "./fleet-request.ts";
import { withMicroBatch } from "./micro-batch.ts";
import { priceFleet } from "./price-fleet.ts";
import { timeRun } from "./time-run.ts";

/** A fleet, the run on it, and its resources and cost. */
export type OneFleet = {
  run: TrainRun;
  memory: MemoryPlan;
  option: Omit<FleetCandidate, "onFront" | "dominatedBy">;
};

/**
 * One fleet for a run, even if the run does not fit or has no price; a search would only count such a fleet as
 * rejected. State is split as the run states. If the run does not fit at p90 with its own micro-batch, a smaller one
 * with gradient accumulation is used; the batch of an optimizer step is unchanged.
 *
 * @param request  bought by the first of its terms
 */
export function oneFleet(
  request: Omit<FleetRequest, "gpus" | "maxGpus" | "rank">,
  { gpu, gpuCount }: { gpu: Gpu; gpuCount: number },
): OneFleet {
  const { shape, spec, calibration, priceOf } = request;
  const term = request.terms[0]!;
  const sharding: RunSpec["sharding"] = gpuCount === 1 ? "none" : spec.sharding;
  const asked: TrainRun = { shape, spec: { ...spec, gpu: gpu.id, gpuCount, sharding }, gpu, calibration };
  const { memory, ...run } = withMicroBatch(asked);
  const { batchSequences, gradAccum } = run.spec;
  const timed = { run, memory, batch: { batchSequences, gradAccum }, ...timeRun(run, { ...request, terms: [term] }) };
  return { run, memory, option: priceFleet(request, timed, { gpu, term, price: priceOf(gpu.id, term) }) };
}
