import { Failure } from "../base/failure.ts";
import { assumptionsWith } from "../catalog/assumptions.ts";
import { findGpu } from "../catalog/gpus.ts";
import type { Quantity } from "../domain/estimate.ts";
import { MethodFacts } from "../domain/method-facts.ts";
import type { MethodId } from "../domain/method.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import type { Programme } from "../domain/programme.ts";
import type { RunSpec } from "../domain/run-spec.ts";
import { runCost } from "../plan/run-cost.ts";
import type { LoadedProgramme } from "./read-programme.ts";
import { type TrainMethodOfPlan, trainingEstimate } from "./training-estimate.ts";
import { type ScannedDatasets, trainingRows } from "./training-volume.ts";

/** What one run of a method needs on the cheapest fleet that fits, or on the user's. */
export type MethodEstimate = { memory: Quantity; gpuHours: Quantity; cost: Quantity; fleet: string | null };

/** How a method of the ranking is trained; the others train nothing. */
const RUNS: Readonly<Partial<Record<MethodId, { method: TrainMethodOfPlan; objective: RunSpec["objective"] }>>> = {
  lora: { method: "lora", objective: "sft" },
  qlora: { method: "qlora", objective: "sft" },
  dora: { method: "dora", objective: "sft" },
  "full-sft": { method: "full-sft", objective: "sft" },
  dpo: { method: "lora", objective: "dpo" },
  ipo: { method: "lora", objective: "dpo" },
  kto: { method: "lora", objective: "dpo" },
  orpo: { method: "lora", objective: "dpo" },
  grpo: { method: "lora", objective: "grpo" },
  "continued-pretraining": { method: "continued-pretraining", objective: "sft" },
};

/** The facts of a programme that decide on a method. */
export function methodFacts(programme: Programme, shape: ModelShape, datasets: ScannedDatasets = []): MethodFacts {
  const { task, data, today, requirements } = programme;
  const measured = trainingRows(programme, datasets);
  const assumption = assumptionsWith(programme.assumptions);
  const meanTokens = measured.rows > 0 ? measured.tokens / measured.rows : data.meanTokens;
  const { deadline: _deadline, ...needs } = requirements;
  return MethodFacts.parse({
    ...task,
    ...needs,
    rows: data.plannedRows,
    ...(meanTokens === undefined ? {} : { meanTokens }),
    preferencePairs: data.preferencePairs,
    corpusTokens: data.corpusTokens,
    personalData: data.personalData,
    apiUsdPerMonth: today.apiUsdPerMonth,
    laborUsdPerMonth: today.laborUsdPerMonth,
    model: shape.id,
    paramCount: shape.paramCount,
    activeParamCount: shape.activeParamCount,
    ...fleetMemory(programme.training),
    limits: {
      tuneFromUsdPerMonth: assumption("spend.no-tune-below.usd-per-month").p50,
      broadFromUsdPerMonth: assumption("spend.tune-above.usd-per-month").p50,
      instructionRows: assumption("data-size.instruction.rows").p10,
      answerRows: assumption("data-size.qa.rows").p10,
      classRows: assumption("data-size.classification.rows-per-class").p10,
    },
  });
}

/** Memory of the fleet where the programme fixes both its GPU and its count; elsewhere any fleet may be rented. */
function fleetMemory({ gpu, gpuCount }: Programme["training"]): { fleetMemoryGib?: number } {
  return gpu === undefined || gpuCount === undefined ? {} : { fleetMemoryGib: findGpu(gpu).memoryGib * gpuCount };
}

/**
 * Estimates every method for one programme, each on the fleet that suits it.
 *
 * @returns a look-up by method; one that cannot be run for this model is refused with the reason
 */
export async function methodEstimates(
  loaded: LoadedProgramme,
  on: string,
  datasets: ScannedDatasets = [],
): Promise<(method: MethodId) => MethodEstimate> {
  const known = new Map<string, MethodEstimate>();
  for (const run of Object.values(RUNS)) {
    const key = `${run.method} ${run.objective}`;
    if (!known.has(key)) known.set(key, await estimateOf(loaded, { ...run, on, datasets }));
  }
  return (method) => {
    if (method === "rlhf")
      return refused("PPO with a reward model and a critic is not modelled", "compare it with grpo");
    const run = RUNS[method];
    return run ? known.get(`${run.method} ${run.objective}`)! : refused("nothing is trained", "no run is needed");
  };
}

async function estimateOf(
  loaded: LoadedProgramme,
  run: { method: TrainMethodOfPlan; objective: RunSpec["objective"]; on: string; datasets: ScannedDatasets },
): Promise<MethodEstimate> {
  if (run.method === "continued-pretraining" && loaded.programme.data.corpusTokens === 0) {
    return refused("there is no corpus to train on", "set data.corpusTokens");
  }
  try {
    const { memory, modelledGpuHoursPerRun, usdPerGpuHour, fleet } = await trainingEstimate(loaded, run.on, run);
    return {
      memory: memory.device,
      gpuHours: modelledGpuHoursPerRun, // hours that the user states hold for one method only
      cost: runCost(modelledGpuHoursPerRun, usdPerGpuHour),
      fleet: fleet === undefined ? null : `${fleet.gpuCount} × ${fleet.gpu}`,
    };
  } catch (error) {
    // A combination that cannot be run rules this one method out, not the comparison.
    if (!(error instanceof Failure)) throw error;
    return refused(error.message, error.hint ?? "choose another method");
  }
}

function refused(reason: string, hint: string): MethodEstimate {
  const refusal = { refused: reason, hint };
  return { memory: refusal, gpuHours: refusal, cost: refusal, fleet: null };
}
