import type { Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Programme } from "../../domain/programme.ts";
import { type TrainRun, trainMemory } from "../../plan/memory/memory.ts";
import { computedFigure } from "./training-figures.ts";

/** Device memory per GPU of the pass after the runs, and its chain. */
export type PassMemory = { memory: Quantity; figures: Figure[] };

/**
 * Memory of the preference pass on the fleet of the runs, at their batch: a pair is two sequences with the scores of a
 * reference; a prompt of GRPO is its sampled answers.
 *
 * @returns undefined if none is planned
 * @accuracy every loss over pairs is treated as DPO; one without a reference model (ORPO) needs less if all weights are
 * trained
 */
export function passMemory(programme: Programme, run: TrainRun): PassMemory | undefined {
  const pass = programme.training.preferencePass;
  if (pass === "none") return undefined;
  const method = run.spec.method === "pretrain" ? "full" : run.spec.method;
  const objective = pass === "grpo" ? "grpo" : "dpo";
  const { device } = trainMemory({ ...run, spec: { ...run.spec, method, objective } });
  const figure = computedFigure(device, {
    id: "run.pass.memory",
    label: `device memory per GPU of the ${pass.toUpperCase()} pass`,
    unit: "GiB",
    formula: "as for the memory of a run, plus the tensors that the loss of the pass keeps",
    inputs: ["model.paramCount", "user.training.sequenceTokens", "user.training.batchSequences"],
  });
  return { memory: device, figures: [figure] };
}
