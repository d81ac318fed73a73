import { Failure } from "../../base/failure.ts";
import { formatRange } from "../../base/units.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { findApiPrice } from "../../catalog/api-prices.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import { MethodFacts, type Misfit } from "../../domain/method-facts.ts";
import type { MethodId } from "../../domain/method.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { Programme } from "../../domain/programme.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { monthOfToday, replacedCost } from "../../plan/payback/todays-cost.ts";
import { runCost } from "../../plan/run/run-cost.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { largestMemoryGib } from "../training-plan/owned-fleets.ts";
import { type TrainingEstimate, type TrainMethodOfPlan, trainingEstimate } from "../training-plan/training-estimate.ts";
import { type ScannedDatasets, trainingRows } from "../training-plan/training-volume.ts";

/** Resources of one run of a method on the cheapest fleet that fits, or on the user's. */
export type MethodEstimate = { memory: Quantity; gpuHours: Quantity; cost: Quantity; fleet: string | null };

type MethodRun = { method: TrainMethodOfPlan; objective: RunSpec["objective"] };

/** Training of supervised methods and continued pre-training. */
const SFT_RUNS = ["lora", "qlora", "dora", "full-sft", "continued-pretraining"] as const;

/** Objective of the later passes, each with an adapter. */
const PASSES: Readonly<Partial<Record<MethodId, RunSpec["objective"]>>> = {
  dpo: "dpo",
  ipo: "dpo",
  kto: "dpo",
  orpo: "dpo",
  grpo: "grpo",
};

/** Spend on the API that a programme replaces, US dollars, for the rules: savings are counted from it. */
export function apiSpend(loaded: LoadedProgramme, on: string): Pick<MethodFacts, "apiUsdPerMonth" | "isListPrice"> {
  const { programme, apiPrices, traffic } = loaded;
  const { api } = programme.today;
  const apiPrice = api === undefined ? undefined : findApiPrice(api, on, apiPrices);
  const cost = replacedCost(programme.today, monthOfToday(programme, { apiPrice, traffic }));
  if ("unknown" in cost || cost.api === undefined) return { apiUsdPerMonth: undefined, isListPrice: false };
  const { usd, share, basis } = cost.api;
  return { apiUsdPerMonth: Math.max(0.01, usd * share).toFixed(2), isListPrice: basis === "list-price" };
}

/** Facts of a programme that decide on a method, with its spend as stated. */
export function methodFacts(programme: Programme, shape: ModelShape, datasets: ScannedDatasets = []): MethodFacts {
  const { task, data, today, requirements } = programme;
  const measured = trainingRows(programme, datasets);
  const assumption = assumptionsWith(programme.assumptions);
  const meanTokens = data.meanTokens ?? (measured.rows > 0 ? measured.tokens / measured.rows : undefined);
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

/** Memory of the fleet if the programme fixes both its GPU and its count; otherwise any fleet may be rented. */
function fleetMemory({ gpu, gpuCount, fleets }: Programme["training"]): { fleetMemoryGib?: number } {
  if (fleets !== undefined) return { fleetMemoryGib: largestMemoryGib(fleets) };
  return gpu === undefined || gpuCount === undefined ? {} : { fleetMemoryGib: findGpu(gpu).memoryGib * gpuCount };
}

/** Estimates of all methods for one programme, and the methods that need more memory than the allowed GPUs have. */
export type MethodEstimates = { estimateOf: (method: MethodId) => MethodEstimate; misfits: Misfit[] };

/**
 * Estimates every method for one programme, each on the fleet that suits it; passes after supervised tuning use 4-bit
 * weights if only those fit.
 *
 * @returns a look-up by method (a method that cannot be run for this model is refused with the reason), and the misfits
 */
export async function methodEstimates(
  loaded: LoadedProgramme,
  on: string,
  datasets: ScannedDatasets = [],
): Promise<MethodEstimates> {
  const known = new Map<MethodId, Estimated>();
  for (const method of SFT_RUNS) {
    known.set(method, await estimated(loaded, { method, objective: "sft", on, datasets }));
  }
  const adapter = isMisfit(known.get("lora")!) && !isMisfit(known.get("qlora")!) ? "qlora" : "lora";
  const passes = new Map<RunSpec["objective"], Estimated>();
  for (const objective of ["dpo", "grpo"] as const) {
    passes.set(objective, await estimated(loaded, { method: adapter, objective, on, datasets }));
  }
  for (const [method, objective] of Object.entries(PASSES)) known.set(method as MethodId, passes.get(objective)!);
  const misfits: Misfit[] = [];
  for (const [method, { misfit }] of known) if (misfit !== undefined) misfits.push({ method, ...misfit });
  // PPO needs a critic and a reward model in addition to GRPO.
  const grpo = passes.get("grpo")!.misfit;
  if (grpo !== undefined) misfits.push({ method: "rlhf", ...grpo, needs: `${grpo.needs} or more` });
  const estimateOf = (method: MethodId): MethodEstimate => {
    if (method === "rlhf")
      return refused("PPO with a reward model and a critic is not modelled", "compare it with grpo");
    return known.get(method)?.estimate ?? refused("nothing is trained", "no run is needed");
  };
  return { estimateOf, misfits };
}

type Estimated = { estimate: MethodEstimate; misfit?: Omit<Misfit, "method"> };

function isMisfit({ misfit }: Estimated): boolean {
  return misfit !== undefined;
}

async function estimated(
  loaded: LoadedProgramme,
  run: MethodRun & { on: string; datasets: ScannedDatasets },
): Promise<Estimated> {
  if (run.method === "continued-pretraining" && loaded.programme.data.corpusTokens === 0) {
    return { estimate: refused("there is no corpus to train on", "set data.corpusTokens") };
  }
  const isOverRows = run.method !== "continued-pretraining" && run.objective !== "dpo";
  if (isOverRows && loaded.programme.data.plannedRows === 0) {
    return { estimate: refused("no rows are planned", "set data.plannedRows") };
  }
  try {
    const training = await trainingEstimate(loaded, run.on, run);
    const { memory, modelledGpuHoursPerRun, usdPerGpuHour, fleet } = training;
    const estimate = {
      memory: memory.device,
      gpuHours: modelledGpuHoursPerRun, // hours stated by the user apply to only one method
      cost: runCost(modelledGpuHoursPerRun, usdPerGpuHour),
      fleet: fleet === undefined ? null : `${fleet.gpuCount} × ${fleet.gpu}`,
    };
    const misfit = await misfitOf(loaded, training, run);
    return misfit === undefined ? { estimate } : { estimate, misfit };
  } catch (error) {
    // A combination that cannot run rules out this method, not the comparison.
    if (!(error instanceof Failure)) throw error;
    return { estimate: refused(error.message, error.hint ?? "choose another method") };
  }
}

/** Memory that a run lacks on the GPUs of the programme, and the smallest fleets on which it fits. */
async function misfitOf(
  loaded: LoadedProgramme,
  { memory, spec, gpu }: TrainingEstimate,
  run: MethodRun & { on: string; datasets: ScannedDatasets },
): Promise<Omit<Misfit, "method"> | undefined> {
  if (memory.fits !== "no" || isRefusal(memory.device)) return undefined;
  const { programme } = loaded;
  const smallestOf = async (named: string | undefined): Promise<string[]> => {
    const training = { ...programme.training, gpu: named, gpuCount: undefined, fleets: undefined };
    const { fleets } = await trainingEstimate({ ...loaded, programme: { ...programme, training } }, run.on, run);
    const [fleet] = fleets
      .filter(({ fits }) => fits === "yes")
      .toSorted((a, b) => a.notes.length - b.notes.length || a.gpuCount - b.gpuCount);
    return fleet === undefined ? [] : [`${fleet.gpuCount} × ${fleet.gpu}`];
  };
  const smallest = new Set([...(await smallestOf(undefined)), ...(await smallestOf(gpu.id))]);
  return {
    fleet: `${spec.gpuCount} × ${gpu.id}`,
    needs: formatRange(memory.device.p10, memory.device.p90),
    capacityGib: memory.capacityGib,
    smallest: smallest.size === 0 ? null : [...smallest].join(" or "),
  };
}

function refused(reason: string, hint: string): MethodEstimate {
  const refusal = { refused: reason, hint };
  return { memory: refusal, gpuHours: refusal, cost: refusal, fleet: null };
}
