import { assumptionsWith } from "../../catalog/assumptions.ts";
import { findGpu } from "../../catalog/gpus.ts";
import type { Assumption } from "../../domain/assumption.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { MemoryPlan } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { Programme } from "../../domain/programme.ts";
import { RunSpec, type TrainVolume } from "../../domain/run-spec.ts";
import type { FleetOption } from "../../domain/study.ts";
import { pointEstimate } from "../../domain/point-range.ts";
import type { Calibration } from "../../plan/calibration/calibration.ts";
import type { OverheadPart, TrainingFacts } from "../../plan/cost/cost-facts.ts";
import { asComputedOn } from "../../plan/layout/gpu-notes.ts";
import type { TrainRun } from "../../plan/memory/memory.ts";
import { runEquivalents } from "../../plan/cost/planned-runs.ts";
import { runCost } from "../../plan/run/run-cost.ts";
import { type RunTime, runTime, withVolume } from "../../plan/speed/run-time.ts";
import { readCalibration } from "../calibration/calibration-file.ts";
import { overheadHours } from "./overhead-hours.ts";
import { checkPlannedRun } from "./check-planned-run.ts";
import { onlyOwned } from "./owned-fleets.ts";
import { passMemory } from "./pass-memory.ts";
import { type LoadedProgramme, atPlace } from "../reading/read-programme.ts";
import { trainedWeights } from "../reading/main-method.ts";
import { rewardPass } from "./reward-pass.ts";
import { runFigures } from "./run-figures.ts";
import { supervisedRun } from "./supervised-run.ts";
import { tokenisingTime } from "./tokenising-time.ts";
import { fleetRequest, trainingFleet } from "./training-fleet.ts";
import { modelFigures, timesFactor } from "./training-figures.ts";
import { loadShape } from "./training-shape.ts";
import { type ScannedDatasets, trainingVolume } from "./training-volume.ts";

/** Requirements of one training run of a programme, and its fleet. */
export type TrainingEstimate = {
  shape: ModelShape;
  /** Fields of the model's own config.json that are not modelled. */
  notUnderstood: string[];
  /** The run before its fleet is chosen, as input of a search. */
  asked: RunSpec;
  /** The run on the chosen fleet, with its layout and micro-batch. */
  spec: RunSpec;
  gpu: Gpu;
  volume: TrainVolume;
  /**
   * Fleets that fit the run, cheapest first and uncertain ones last; if none does, those that were tried, with reasons.
   */
  fleets: FleetOption[];
  /** The fleet of the estimate: the user's, otherwise the cheapest that fits; undefined if none fits. */
  fleet: FleetOption | undefined;
  memory: MemoryPlan;
  /** Device memory per GPU of the pass after the runs; undefined if none is planned. */
  passMemory: Quantity | undefined;
  /** Wall hours of one run: the user's if given. */
  hoursPerRun: Quantity;
  gpuHoursPerRun: Quantity;
  /** Our own estimate, shown compared with the user's. */
  modelledHoursPerRun: Quantity;
  /** Tokens of one run, including those that GRPO samples. */
  modelledTokensPerRun: Quantity;
  modelledGpuHoursPerRun: Quantity;
  usdPerGpuHour: Quantity;
  costPerRun: Quantity;
  /**
   * Total number of runs: the user's, otherwise the middle of the assumption; for continued pre-training one, plus the
   * equivalent of its sweep and lost work.
   */
  runs: number;
  /** Training data of the supervised run after continued pre-training; undefined if there is none. */
  supervised: TrainVolume | undefined;
  /** Tokens of the GRPO pass; undefined if none is planned. */
  rewardTokens: Quantity | undefined;
  /** The training as input of the cost model. */
  facts: TrainingFacts;
  figures: Figure[];
};

/** A method as named in `training.method` of a programme, once chosen. */
export type TrainMethodOfPlan = TrainingFacts["method"];

/** Overrides of a training estimate. */
export type TrainingOptions = {
  datasets?: ScannedDatasets | undefined;
  /** Method instead of the plan's, to compare methods. Without it, `auto` in the plan counts as LoRA. */
  method?: TrainMethodOfPlan | undefined;
  /** Loss; default: supervised; `dpo` is any pass over preference pairs, `grpo` any over rewards. */
  objective?: RunSpec["objective"] | undefined;
  assumption?: ((id: string) => Assumption) | undefined;
  /** Maximum number of GPUs of a fleet in the search. */
  maxGpus?: number | undefined;
  /** Measurements instead of those of the folder's `calibration.json`. */
  calibration?: Calibration | undefined;
};

const RUN_METHOD = {
  lora: "lora",
  qlora: "qlora",
  dora: "dora",
  "full-sft": "full",
  "continued-pretraining": "pretrain",
} as const satisfies Record<TrainMethodOfPlan, RunSpec["method"]>;

/**
 * Combines the catalogue and the plan for one programme: memory, time and price of one run on the user's fleet or on
 * the cheapest one that fits, with the chain of each number.
 *
 * @param on day of the prices, YYYY-MM-DD
 * @throws Failure with the line of `programme.yaml` for an unknown model or GPU and for an impossible run
 */
export async function trainingEstimate(
  loaded: LoadedProgramme,
  on: string,
  options: TrainingOptions = {},
): Promise<TrainingEstimate> {
  const plan = loaded.programme.training;
  const found = await plannedRun(loaded, on, options);
  const { shape, method, objective, assumption, planned, spec, request, userGpu } = found;
  const { fleets, fleet, run: onFleet, memory } = trainingFleet(request, userGpu);
  const chosen = { ...onFleet, memory };
  const programme = onlyOwned(loaded.programme, chosen.gpu.id);
  const modelled = runTime(chosen, planned.volume);
  const overhead = overheadHours(programme, chosen, { volume: planned.volume, assumption, of: "run" });
  const hours = hoursOf(programme, chosen.spec, modelled);
  const usdPerGpuHour = request.priceOf(chosen.gpu.id, plan.term).usd;
  const used = { ...hours, usdPerGpuHour, costPerRun: runCost(hours.gpuHoursPerRun, usdPerGpuHour) };
  const { p50: runs } = runEquivalents({ method, runs: plan.runs }, assumption);
  const supervised = supervisedRun(programme, chosen, { datasets: options.datasets, assumption, usdPerGpuHour });
  const reward = rewardPass(programme, chosen, { datasets: options.datasets, assumption, usdPerGpuHour });
  const pass = passMemory(programme, chosen);
  // The prompts of GRPO are the rows of the supervised run before it.
  const others = objective === "grpo" ? [] : [supervised?.volume];
  const tokenised = tokenisingTime(programme, [planned.volume, ...others], assumption);
  const figures = [
    ...modelFigures(shape),
    ...planned.figures,
    ...runFigures({ ...withVolume(chosen, planned.volume), programme, on, modelled, inputs: planned.inputs, used }),
    ...overhead.figures,
    ...(tokenised?.figures ?? []),
    ...(supervised?.figures ?? []),
    ...(reward?.figures ?? []),
    ...(pass?.figures ?? []),
  ];
  return {
    shape,
    notUnderstood: found.notUnderstood,
    asked: spec,
    spec: chosen.spec,
    gpu: chosen.gpu,
    volume: planned.volume,
    fleets,
    fleet,
    memory,
    passMemory: pass?.memory,
    modelledHoursPerRun: modelled.hours,
    modelledTokensPerRun: modelled.tokens,
    modelledGpuHoursPerRun: modelled.gpuHours,
    ...used,
    runs,
    supervised: supervised?.volume,
    rewardTokens: reward?.tokens,
    facts: factsOf({ plan, chosen, shape, method, used, modelled, overhead, tokenised, supervised, reward, figures }),
    figures,
  };
}

/** The run before its fleet is known, and the search of its fleet. */
async function plannedRun(loaded: LoadedProgramme, on: string, options: TrainingOptions) {
  const plan = loaded.programme.training;
  const assumption = options.assumption ?? assumptionsWith(loaded.programme.assumptions);
  const { shape, notUnderstood } = await loadShape(loaded, on);
  const method = options.method ?? trainedWeights(plan);
  const asked = plan.gpu;
  const only = plan.fleets?.length === 1 ? findGpu(plan.fleets[0]!.gpu) : undefined;
  const userGpu = asked === undefined ? only : atPlace(loaded, ["training", "gpu"], () => findGpu(asked));
  const objective = options.objective ?? "sft";
  const planned = trainingVolume(loaded.programme, { objective, method, assumption, datasets: options.datasets });
  const spec: RunSpec = inFormatOf({ ...runSpec(loaded.programme, method, shape), objective }, userGpu);
  checkPlannedRun(loaded, { shape, spec, gpu: userGpu ?? findGpu(spec.gpu) });
  const request = fleetRequest(loaded, on, {
    shape,
    spec,
    volume: planned.volume,
    calibration: options.calibration ?? (await readCalibration(loaded.dir)),
    assumption,
    maxGpus: options.maxGpus,
    userGpu,
  });
  return { shape, notUnderstood, method, objective, assumption, planned, spec, request, userGpu };
}

/** The run as input of the cost model. */
function factsOf(parts: {
  plan: Programme["training"];
  chosen: TrainRun;
  shape: ModelShape;
  method: TrainMethodOfPlan;
  used: { gpuHoursPerRun: Quantity; usdPerGpuHour: Quantity };
  modelled: RunTime;
  overhead: { parts: readonly OverheadPart[] };
  tokenised: { hours: Quantity } | undefined;
  supervised: { gpuHours: Quantity; overhead: readonly OverheadPart[] } | undefined;
  reward: { gpuHours: Quantity } | undefined;
  figures: readonly Figure[];
}): TrainingFacts {
  const { plan, chosen, shape, method, used, modelled, overhead, tokenised, supervised, reward, figures } = parts;
  return {
    gpuHoursPerRun: used.gpuHoursPerRun,
    usdPerGpuHour: used.usdPerGpuHour,
    runs: plan.runs,
    method,
    gpuCount: chosen.spec.gpuCount,
    overhead: overhead.parts,
    ...(tokenised === undefined ? {} : { tokenisingHours: tokenised.hours }),
    ...(supervised === undefined
      ? {}
      : {
          supervisedGpuHours: supervised.gpuHours,
          ...(method === "continued-pretraining" ? { supervisedOverhead: supervised.overhead } : {}),
        }),
    ...(reward === undefined ? {} : { rewardGpuHours: reward.gpuHours }),
    paramCount: shape.paramCount,
    ...(plan.hoursPerRun === undefined ? {} : { modelledGpuHoursPerRun: modelled.gpuHours }),
    figures,
  };
}

/** The run of a programme before its fleet is known. */
export function runSpec(programme: Programme, method: TrainMethodOfPlan, shape: ModelShape): RunSpec {
  const { training } = programme;
  return RunSpec.parse({
    model: shape.id,
    method: RUN_METHOD[method],
    loraRank: training.loraRank,
    sequenceTokens: training.sequenceTokens,
    batchSequences: training.batchSequences,
    stack: training.stack,
    packing: training.packing,
    gpu: training.gpu,
    gpuCount: training.gpuCount,
  });
}

/** A run in fp16 if its GPU has no bf16: a programme states no precision, and libraries make the same choice. */
export function inFormatOf(spec: RunSpec, gpu: Gpu | undefined): RunSpec {
  return gpu === undefined ? spec : { ...spec, precision: asComputedOn(spec, gpu).precision };
}

/** Hours of one run as used by the estimate: the user's if given, otherwise as modelled. */
function hoursOf(
  { training }: Programme,
  spec: RunSpec,
  modelled: { hours: Quantity; gpuHours: Quantity },
): { hoursPerRun: Quantity; gpuHoursPerRun: Quantity } {
  if (training.hoursPerRun === undefined) {
    return { hoursPerRun: modelled.hours, gpuHoursPerRun: modelled.gpuHours };
  }
  const hoursPerRun = pointEstimate(training.hoursPerRun, "h", "training.hoursPerRun of programme.yaml");
  return { hoursPerRun, gpuHoursPerRun: timesFactor(hoursPerRun, spec.gpuCount, "GPU-h") };
}
