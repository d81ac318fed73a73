import { formatNumber, formatRange } from "../../base/units.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import type { Assumption } from "../../domain/assumption.ts";
import { isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import type { RunPlan } from "../../domain/run-plan.ts";
import type { TrainVolume } from "../../domain/run-spec.ts";
import { Failure } from "../../base/failure.ts";
import { checkRun } from "../layout/check-run.ts";
import { hardwareFlopsPerToken, modelFlopsPerToken } from "../speed/flops.ts";
import { firstRemedyText } from "../advice/advice-text.ts";
import { remediesFor } from "../advice/remedies.ts";
import { scaleQuantity } from "../uncertainty/lognormal.ts";
import { type TrainRun, trainMemory } from "../memory/memory.ts";
import { rolloutBatchText, splitGroup, withRolloutBatch } from "../layout/rollout-batch.ts";
import { runCost, usdPerMillionTokens } from "./run-cost.ts";
import { runParts, sumOfParts } from "../speed/run-parts.ts";
import { cutText, runTime } from "../speed/run-time.ts";

/**
 * Memory, speed, time and cost of one run. If the run does not fit even at the low end of its memory range, the cost is
 * refused.
 *
 * @throws Failure bad_input for a run that no machine can execute (`checkRun`), and for a step that splits the answers
 *   to a prompt
 */
export function planRun({
  volume,
  usdPerGpuHour,
  statedHours,
  assumption = assumptionsWith(),
  ...asked
}: TrainRun & {
  volume: TrainVolume;
  usdPerGpuHour: Quantity;
  statedHours?: number | undefined;
  /** Rates of a run's overhead; default: those of the catalogue. */
  assumption?: ((id: string) => Assumption) | undefined;
}): RunPlan {
  const run = { ...asked, spec: withRolloutBatch(asked.spec) };
  const { shape, spec, gpu } = run;
  checkRun(shape, spec, gpu);
  const split = splitGroup(spec, volume.rollouts);
  if (split) throw new Failure("bad_input", split.message, { hint: split.hint });
  const time = runTime(run, volume);
  const { hours, gpuHours, tokens, processedTokens, tokensPerSecPerGpu, steps } = time;
  const parts = runParts({ run, volume, time, assumption });
  const wholeHours = sumOfParts(parts);
  const wholeGpuHours = scaleQuantity(wholeHours, spec.gpuCount, "GPU-h");
  const memory = trainMemory(run);
  const misfit = neverFits(run, memory);
  const money = (quantity: Quantity): Quantity => misfit ?? quantity;
  return {
    model: spec.model,
    paramCount: shape.paramCount,
    gpu: gpu.id,
    gpuCount: spec.gpuCount,
    spec,
    volume,
    memory,
    modelFlopsPerToken: modelFlopsPerToken(shape, spec),
    hardwareFlopsPerToken: hardwareFlopsPerToken(shape, spec),
    tokensPerSecPerGpu,
    tokens,
    processedTokens,
    steps,
    hours,
    gpuHours,
    usdPerGpuHour,
    cost: money(runCost(gpuHours, usdPerGpuHour)),
    usdPerMillionTokens: money(usdPerMillionTokens(tokensPerSecPerGpu, usdPerGpuHour)),
    whole: {
      parts,
      hours: wholeHours,
      gpuHours: wholeGpuHours,
      cost: money(runCost(wholeGpuHours, usdPerGpuHour)),
    },
    warnings: [
      misfit && `${misfit.refused}: hours and speed are what they would be if it did`,
      cutText(volume, spec.sequenceTokens),
      rolloutBatchText(asked.spec, spec),
    ].filter((part) => part !== undefined),
    stated: statedHours === undefined ? null : statedRun(statedHours, spec.gpuCount, money(usdPerGpuHour)),
  };
}

/** Reason why the cost is refused, and what to change first: even the low end of the memory range exceeds the GPU. */
function neverFits(run: TrainRun, { device, capacityGib }: MemoryPlan): Refusal | undefined {
  if (isRefusal(device) || device.p10 <= capacityGib) return undefined;
  return {
    refused: `the run does not fit: it needs ${formatRange(device.p10, device.p90)} GiB per GPU, which has ${formatNumber(capacityGib)}`,
    hint: `${firstRemedyText(remediesFor(run)) ?? "take more GPUs or larger ones, or method lora or qlora"} (tunewright plan fleet lists what fits)`,
  };
}

function statedRun(hours: number, gpuCount: number, usdPerGpuHour: Quantity): NonNullable<RunPlan["stated"]> {
  const gpuHours = hours * gpuCount;
  return { hours, gpuHours, cost: scaleQuantity(usdPerGpuHour, gpuHours, "USD") };
}

/** The refusals of a plan with their hints, without duplicates. */
export function refusalsOf(quantities: readonly Quantity[]): { refused: string; hint: string }[] {
  const found = new Map<string, { refused: string; hint: string }>();
  for (const quantity of quantities) if (isRefusal(quantity)) found.set(quantity.refused, quantity);
  return [...found.values()];
}
