import type { Assumption } from "../../domain/assumption.ts";
import type { Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Programme } from "../../domain/programme.ts";
import type { TrainVolume } from "../../domain/run-spec.ts";
import type { OverheadPart } from "../../plan/cost/cost-facts.ts";
import type { TrainRun } from "../../plan/memory/memory.ts";
import { runTime } from "../../plan/speed/run-time.ts";
import { overheadHours } from "./overhead-hours.ts";
import { passCost } from "./pass-cost.ts";
import { computedFigure } from "./training-figures.ts";
import { type ScannedDatasets, trainingVolume } from "./training-volume.ts";

/** The supervised run that follows continued pre-training, on the same fleet: all weights, over the planned rows. */
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
  if (chosen.spec.method !== "pretrain" || programme.data.plannedRows === 0) return undefined;
  // Stated epochs are those of the corpus.
  const overRows = { ...programme, training: { ...programme.training, epochs: undefined } };
  const { volume, figures, inputs } = trainingVolume(overRows, { method: "full-sft", datasets });
  const run: TrainRun = { ...chosen, spec: { ...chosen.spec, method: "full" } };
  const { gpuHours, tokens } = runTime(run, volume);
  const overhead = overheadHours(programme, run, { volume, assumption, of: "run.supervised" });
  const hours = computedFigure(gpuHours, {
    id: "run.supervised.gpuHours",
    label: "GPU-hours of one supervised run after the corpus",
    unit: "GPU-h",
    formula: "rows × mean tokens × epochs / tokens per second per GPU",
    inputs: [...inputs, "model.paramCount"],
  });
  const trained = computedFigure(tokens, {
    id: "run.supervised.tokens",
    label: "tokens of one supervised run after the corpus",
    unit: "tokens",
    formula: "rows × mean tokens, at most a sequence × epochs",
    inputs,
  });
  const cost = passCost(gpuHours, usdPerGpuHour, { id: "run.supervised", of: "one supervised run after the corpus" });
  return {
    volume,
    gpuHours,
    overhead: overhead.parts,
    figures: [...figures, trained, hours, cost, ...overhead.figures],
  };
}
