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

/** Ways to buy the GPUs in place of machines of a hyperscaler on demand. */
const WAYS = [
  { term: "on-demand", sellerClass: "neocloud" },
  { term: "spot", sellerClass: "neocloud" },
  { term: "spot", sellerClass: "hyperscaler" },
] as const;

/** Methods that a training estimate takes. */
type CostedMethod = NonNullable<Parameters<typeof trainingEstimate>[2]>["method"];

/** Other ways to buy the GPUs of a programme that rents from a hyperscaler on demand; empty for any other. */
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

/** Billed hours over undisturbed ones on spot machines; null where they are lost faster than the run gets on. */
function interruptions(
  { hoursPerRun, gpu, spec, shape }: TrainingEstimate,
  { programme }: LoadedProgramme,
): RentalOption["billedFactor"] {
  const hours = middleOf(hoursPerRun);
  if (hours === undefined) return null;
  const run = { hours, nodes: nodeCount(gpu, spec.gpuCount), checkpointGb: checkpointBytes({ shape, spec }) / 1e9 };
  return spotFactors(run, spotFacts(assumptionsWith(programme.assumptions)))?.billed ?? null;
}

/** Compute of one run as planned and with LoRA on the fleet that a search finds, both as modelled; null where not all weights are tuned. */
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
