import type { RentalOption } from "../../audit/facts.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { gpuHourPrice } from "../../catalog/prices.ts";
import { middleOf } from "../../domain/estimate.ts";
import type { Study } from "../../domain/study.ts";
import { pointRange } from "../../domain/point-range.ts";
import { nodeCount } from "../../plan/fleet/fleet-layout.ts";
import { spotFactors, spotFacts } from "../../plan/fleet/spot.ts";
import { checkpointBytes } from "../../plan/memory/checkpoint-bytes.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { mainObjective } from "../reading/main-method.ts";
import { type TrainingEstimate, trainingEstimate } from "../training-plan/training-estimate.ts";

/** Alternatives to on-demand machines of a hyperscaler. */
const WAYS = [
  { term: "on-demand", sellerClass: "neocloud" },
  { term: "spot", sellerClass: "neocloud" },
  { term: "spot", sellerClass: "hyperscaler" },
] as const;

/** Methods that the training estimate supports. */
type CostedMethod = NonNullable<Parameters<typeof trainingEstimate>[2]>["method"];

/** Alternatives for a programme that rents GPUs on demand from a hyperscaler; otherwise empty. */
export async function rentalOptions(loaded: LoadedProgramme, study: Study): Promise<RentalOption[]> {
  const { programme, prices } = loaded;
  const { term, sellerClass } = programme.training;
  if (term !== "on-demand" || sellerClass !== "hyperscaler") return [];
  const on = study.generatedOn;
  const method = study.training.method as CostedMethod;
  const training = await trainingEstimate(loaded, on, {
    datasets: study.datasets,
    method,
    objective: mainObjective(programme.training),
  });
  const interrupted = interruptions(training, loaded);
  return WAYS.map((way) => ({
    ...way,
    usdPerGpuHour: gpuHourPrice({ gpu: training.gpu.id, ...way, on }, prices).quantity,
    billedFactor: way.term === "spot" ? interrupted : pointRange(1),
  }));
}

/** Ratio of billed to undisturbed hours on spot machines; null if interruptions come faster than the run progresses. */
function interruptions(
  { hoursPerRun, gpu, spec, shape }: TrainingEstimate,
  { programme }: LoadedProgramme,
): RentalOption["billedFactor"] {
  const hours = middleOf(hoursPerRun);
  if (hours === undefined) return null;
  const run = { hours, nodes: nodeCount(gpu, spec.gpuCount), checkpointGb: checkpointBytes({ shape, spec }) / 1e9 };
  return spotFactors(run, spotFacts(assumptionsWith(programme.assumptions)))?.billed ?? null;
}

/**
 * Modelled compute of one run as planned, and with LoRA on the best fleet of a search; null if not all weights are
 * tuned.
 */
export async function loraComparison(
  loaded: LoadedProgramme,
  study: Study,
): Promise<{ planned: TrainingEstimate["costPerRun"]; lora: TrainingEstimate["costPerRun"]; fleet: string } | null> {
  if (study.training.method !== "full-sft") return null;
  const { hoursPerRun: _stated, ...training } = loaded.programme.training;
  const { gpuCount: _gpus, ...anyCount } = training;
  const withTraining = (change: typeof training): LoadedProgramme => ({
    ...loaded,
    programme: { ...loaded.programme, training: change },
  });
  const on = study.generatedOn;
  const { datasets } = study;
  const planned = await trainingEstimate(withTraining(training), on, { datasets, method: "full-sft" });
  const lora = await trainingEstimate(withTraining({ ...anyCount, method: "lora" }), on, { datasets, method: "lora" });
  const fleet = lora.fleet ? `${lora.fleet.gpuCount} × ${lora.fleet.gpu}` : "no fleet that fits";
  return { planned: planned.costPerRun, lora: lora.costPerRun, fleet };
}
