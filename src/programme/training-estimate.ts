import { assumptionsWith } from "../catalog/assumptions.ts";
import { allGpus, findGpu } from "../catalog/gpus.ts";
import { gpuHourPrice } from "../catalog/prices.ts";
import type { Assumption } from "../domain/assumption.ts";
import { type Quantity, isRefusal } from "../domain/estimate.ts";
import type { Figure } from "../domain/figure.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { MemoryPlan } from "../domain/memory-plan.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import type { Programme } from "../domain/programme.ts";
import type { RunSpec, TrainVolume } from "../domain/run-spec.ts";
import type { FleetOption } from "../domain/study.ts";
import { checkRun } from "../plan/check-run.ts";
import type { TrainingFacts } from "../plan/cost-facts.ts";
import { searchFleets } from "../plan/fleet.ts";
import { type TrainRun, trainMemory } from "../plan/memory.ts";
import { runCost } from "../plan/run-cost.ts";
import { runTime } from "../plan/run-time.ts";
import { type LoadedProgramme, atPlace } from "./read-programme.ts";
import { modelFigures, runFigures, statedEstimate, timesFactor } from "./training-figures.ts";
import { loadShape } from "./training-shape.ts";
import { type ScannedDatasets, trainingVolume } from "./training-volume.ts";

/** What one training run of a programme needs, and the fleet it would run on. */
export type TrainingEstimate = {
  shape: ModelShape;
  /** Fields of the model's own config.json that are not modelled. */
  notUnderstood: string[];
  /** The run on the chosen fleet. */
  spec: RunSpec;
  gpu: Gpu;
  volume: TrainVolume;
  /** Fleets that were tried: those that fit first, by cost; then tight ones and those that do not fit, with why. */
  fleets: FleetOption[];
  /** The fleet of the estimate: the user's, else the cheapest that fits; undefined where none fits. */
  fleet: FleetOption | undefined;
  memory: MemoryPlan;
  /** Wall hours of one run: the user's where given. */
  hoursPerRun: Quantity;
  gpuHoursPerRun: Quantity;
  /** Our own estimate, shown beside the user's. */
  modelledHoursPerRun: Quantity;
  modelledGpuHoursPerRun: Quantity;
  usdPerGpuHour: Quantity;
  costPerRun: Quantity;
  /** Runs in all: the user's, else the middle of the assumption. */
  runs: number;
  /** The same as the cost model takes it. */
  facts: TrainingFacts;
  figures: Figure[];
};

/** A method as `training.method` of a programme names it, once chosen. */
export type TrainMethodOfPlan = TrainingFacts["method"];

/** What a training estimate may be made to assume. */
export type TrainingOptions = {
  datasets?: ScannedDatasets | undefined;
  /** Method in place of the plan's: how methods are compared. `auto` in the plan is taken as LoRA without. */
  method?: TrainMethodOfPlan | undefined;
  /** Loss: supervised where left out; `dpo` is any pass over preference pairs, `grpo` any over rewards. */
  objective?: RunSpec["objective"] | undefined;
  assumption?: ((id: string) => Assumption) | undefined;
};

const RUN_METHOD = {
  lora: "lora",
  qlora: "qlora",
  dora: "dora",
  "full-sft": "full",
  "continued-pretraining": "pretrain",
} as const satisfies Record<TrainMethodOfPlan, RunSpec["method"]>;

/**
 * Joins the catalogue and the plan for one programme: memory, time and price of one run on the user's fleet or on the
 * cheapest one that fits, with the chain of each number.
 *
 * @param on  day of the prices, YYYY-MM-DD
 * @throws Failure with the line of `programme.yaml` for an unknown model or GPU and for a run that cannot be
 */
export async function trainingEstimate(
  loaded: LoadedProgramme,
  on: string,
  options: TrainingOptions = {},
): Promise<TrainingEstimate> {
  const { programme } = loaded;
  const plan = programme.training;
  const assumption = options.assumption ?? assumptionsWith(programme.assumptions);
  const { shape, notUnderstood } = await loadShape(loaded, on);
  const method = options.method ?? (plan.method === "auto" ? "lora" : plan.method);
  const asked = plan.gpu;
  const userGpu = asked === undefined ? undefined : atPlace(loaded, ["training", "gpu"], () => findGpu(asked));
  const objective = options.objective ?? "sft";
  const planned = trainingVolume(programme, { objective, method, datasets: options.datasets });
  const spec: RunSpec = { ...runSpec(programme, method, shape), objective };
  atPlace(loaded, ["training"], () => {
    checkRun(shape, spec, userGpu ?? findGpu(spec.gpu));
  });
  const priceOf = priceLookUp(loaded, on);
  const gpus = userGpu ? [userGpu] : allGpus().filter((gpu) => !isRefusal(priceOf(gpu.id)));
  const fleets = searchFleets({ shape, spec, volume: planned.volume, gpus, priceOf });
  const chosen = chooseFleet({ shape, spec, volume: planned.volume, fleets, plan, userGpu, priceOf });
  const modelled = runTime(chosen, planned.volume);
  const hours = hoursOf(programme, chosen.spec, modelled);
  const usdPerGpuHour = priceOf(chosen.gpu.id);
  const used = { ...hours, usdPerGpuHour, costPerRun: runCost(hours.gpuHoursPerRun, usdPerGpuHour) };
  const runs = plan.runs ?? Math.max(1, Math.round(assumption("training.runs").p50));
  const figures = [
    ...modelFigures(shape),
    ...planned.figures,
    ...runFigures({ programme, on, spec: chosen.spec, memory: chosen.memory, modelled, inputs: planned.inputs, used }),
  ];
  return {
    shape,
    notUnderstood,
    spec: chosen.spec,
    gpu: chosen.gpu,
    volume: planned.volume,
    fleets,
    fleet: chosen.option,
    memory: chosen.memory,
    modelledHoursPerRun: modelled.hours,
    modelledGpuHoursPerRun: modelled.gpuHours,
    ...used,
    runs,
    facts: {
      gpuHoursPerRun: used.gpuHoursPerRun,
      usdPerGpuHour,
      runs: plan.runs,
      method,
      paramCount: shape.paramCount,
      ...(plan.hoursPerRun === undefined ? {} : { modelledGpuHoursPerRun: modelled.gpuHours }),
      figures,
    },
    figures,
  };
}

/** The run of a programme before its fleet is known. */
export function runSpec(programme: Programme, method: TrainMethodOfPlan, shape: ModelShape): RunSpec {
  const { training } = programme;
  return {
    model: shape.id,
    method: RUN_METHOD[method],
    objective: "sft",
    loraRank: training.loraRank,
    loraTargets: "all-linear",
    sequenceTokens: training.sequenceTokens,
    batchSequences: training.batchSequences,
    gradAccum: 1,
    checkpointing: true,
    precision: "bf16",
    optimizer: "adamw",
    lossPath: "unfused",
    stack: training.stack,
    packing: training.packing,
    gpu: training.gpu ?? "H100-80GB-SXM",
    gpuCount: training.gpuCount ?? 1,
    sharding: "auto",
  };
}

/** Price per GPU-hour: the user's contract, else the price book on the day for the term and seller of the plan. */
function priceLookUp({ programme, prices }: LoadedProgramme, on: string): (gpuId: string) => Quantity {
  const { gpuUsdPerHour, term, sellerClass } = programme.training;
  const known = new Map<string, Quantity>();
  return (gpu) => {
    if (gpuUsdPerHour !== undefined)
      return statedEstimate(Number(gpuUsdPerHour), "USD", "training.gpuUsdPerHour of programme.yaml");
    const price = known.get(gpu) ?? gpuHourPrice({ gpu, term, sellerClass, on }, prices).quantity;
    known.set(gpu, price);
    return price;
  };
}

type Chosen = TrainRun & { memory: MemoryPlan; option: FleetOption | undefined };

/** The user's fleet where its GPU or count is given, else the cheapest that fits, else one H100 that does not. */
function chooseFleet(search: {
  shape: ModelShape;
  spec: RunSpec;
  volume: TrainVolume;
  fleets: readonly FleetOption[];
  plan: Programme["training"];
  userGpu: Gpu | undefined;
  priceOf: (gpuId: string) => Quantity;
}): Chosen {
  const { shape, volume, fleets, plan, userGpu, priceOf } = search;
  const fitting = fleets.filter((fleet) => fleet.fits === "yes" || fleet.fits === "tight");
  const found = fitting.find((fleet) => plan.gpuCount === undefined || fleet.gpuCount === plan.gpuCount);
  const gpu = userGpu ?? findGpu(found?.gpu ?? search.spec.gpu);
  const gpuCount = plan.gpuCount ?? found?.gpuCount ?? 1;
  const spec: RunSpec = { ...search.spec, gpu: gpu.id, gpuCount };
  const memory = trainMemory({ shape, spec, gpu });
  if (found !== undefined || userGpu === undefined) return { shape, spec, gpu, memory, option: found };
  const { hours, gpuHours } = runTime({ shape, spec, gpu }, volume);
  const usdPerGpuHour = priceOf(gpu.id);
  const option: FleetOption = {
    gpu: gpu.id,
    gpuCount,
    sharding: memory.sharding,
    memory: memory.device,
    fits: memory.fits,
    hours,
    usdPerGpuHour,
    cost: runCost(gpuHours, usdPerGpuHour),
    reason: "the fleet of the programme",
  };
  return { shape, spec, gpu, memory, option };
}

/** Hours of one run as the estimate uses them: the user's where given, else as modelled. */
function hoursOf(
  { training }: Programme,
  spec: RunSpec,
  modelled: { hours: Quantity; gpuHours: Quantity },
): { hoursPerRun: Quantity; gpuHoursPerRun: Quantity } {
  if (training.hoursPerRun === undefined) {
    return { hoursPerRun: modelled.hours, gpuHoursPerRun: modelled.gpuHours };
  }
  const hoursPerRun = statedEstimate(training.hoursPerRun, "h", "training.hoursPerRun of programme.yaml");
  return { hoursPerRun, gpuHoursPerRun: timesFactor(hoursPerRun, spec.gpuCount, "GPU-h") };
}
