import type { Assumption } from "../../domain/assumption.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Programme } from "../../domain/programme.ts";
import type { TrainVolume } from "../../domain/run-spec.ts";
import type { OverheadPart } from "../../plan/cost/cost-facts.ts";
import type { TrainRun } from "../../plan/memory/memory.ts";
import { isSupervisedFirst } from "../../plan/cost/planned-runs.ts";
import { withMicroBatch } from "../../plan/fleet/micro-batch.ts";
import { runTime } from "../../plan/speed/run-time.ts";
import { overheadHours } from "./overhead-hours.ts";
import { passCost } from "./pass-cost.ts";
import { computedFigure } from "./training-figures.ts";
import { type ScannedDatasets, trainingVolume } from "./training-volume.ts";

/**
 * The supervised run over the planned rows in addition to the main one, on the same fleet: of all weights after continued
 * pre-training, of the method's weights before DPO or GRPO. Undefined if there is none.
 */
export function supervisedRun(
  programme: Programme,
  chosen: TrainRun,
  {
    datasets,
    assumption,
    usdPerGpuHour,
  }: {
    datasets: ScannedDatasets | undefined;
    assumption: (id: string) => Assumption;
    usdPerGpuHour: Quantity;
  },
): { volume: TrainVolume; gpuHours: Quantity; overhead: readonly OverheadPart[]; figures: Figure[] } | undefined {
  const isFirst = isSupervisedFirst(programme) && chosen.spec.objective !== "sft";
  const isAfterCorpus = chosen.spec.method === "pretrain";
  if ((!isFirst && !isAfterCorpus) || programme.data.plannedRows === 0) return undefined;
  // Stated epochs are those of the corpus.
  const epochs = isAfterCorpus ? undefined : programme.training.epochs;
  const overRows = { ...programme, training: { ...programme.training, epochs } };
  const { volume, figures, inputs } = trainingVolume(overRows, { method: "full-sft", datasets });
  const run = isAfterCorpus
    ? { ...chosen, spec: { ...chosen.spec, method: "full" as const } }
    : beforeIt(programme, chosen);
  const when = isAfterCorpus ? "after the corpus" : "before the others";
  const { gpuHours, tokens } = runTime(run, volume);
  const overhead = overheadHours(programme, run, { volume, assumption, of: "run.supervised" });
  const hours = computedFigure(gpuHours, {
    id: "run.supervised.gpuHours",
    label: `GPU-hours of one supervised run ${when}`,
    unit: "GPU-h",
    formula: "rows × mean tokens × epochs / tokens per second per GPU",
    inputs: [...inputs, "model.paramCount"],
  });
  const trained = computedFigure(tokens, {
    id: "run.supervised.tokens",
    label: `tokens of one supervised run ${when}`,
    unit: "tokens",
    formula: "rows × mean tokens, at most a sequence × epochs",
    inputs,
  });
  const cost = passCost(gpuHours, usdPerGpuHour, { id: "run.supervised", of: `one supervised run ${when}` });
  return {
    volume,
    gpuHours,
    overhead: overhead.parts,
    figures: [...figures, trained, hours, cost, ...overhead.figures],
  };
}

/** The run with a supervised loss, at the batch that the programme states if that fits. */
function beforeIt({ training }: Programme, chosen: TrainRun): TrainRun {
  const spec = { ...chosen.spec, objective: "sft" as const, batchSequences: training.batchSequences, gradAccum: 1 };
  return withMicroBatch({ ...chosen, spec });
}
