import type { Figure } from "../domain/figure.ts";
import { flopsFormula } from "../plan/speed/flops.ts";
import type { TrainRun } from "../plan/memory/memory.ts";
import { speedParts, trainThroughput } from "../plan/speed/throughput.ts";
import { computedFigure, leafFigure } from "./training-figures.ts";

/**
 * Chain of the tokens per second of a run: the calibration cell with its number of runs, the FLOPs of a token, and
 * the share that is left of the speed beside them.
 *
 * @param of  beginning of the ids of what is the run's own: `run`, or `run.reward` for the pass after it
 */
export function speedFigures(run: TrainRun, of: "run" | "run.reward"): Figure[] {
  const id = `${of}.tokensPerSecPerGpu`;
  const label = "trained tokens per second of one GPU";
  const parts = speedParts(run);
  const speed = trainThroughput(run);
  const about = { id, label, unit: "tokens/s/GPU" };
  if ("refused" in parts) return [computedFigure(speed, { ...about, formula: "not estimated", inputs: [] })];
  const { tflops, flopsPerToken, share } = parts;
  const { p10, p50, p90, basis, n, sources } = tflops;
  const reached: Figure = {
    id: "speed.modelTflops",
    label: `model TFLOP/s that published runs reached on one ${run.gpu.id} with ${run.spec.stack}, n = ${n}`,
    unit: "TFLOP/s",
    p10,
    p50,
    p90,
    inputs: [],
    source: { kind: "measured", ref: `${basis}: ${sources.join("; ")}` },
  };
  const flops: Figure = {
    ...leafFigure("flops.perToken", "model FLOPs of one trained token", {
      value: flopsPerToken / 1e9,
      unit: "GFLOP",
      source: { kind: "computed", ref: "docs/concepts/training-model.md, section 2.1" },
    }),
    formula: flopsFormula(run.shape, run.spec),
    inputs: ["model.activeParamCount", "model.vocab", "model.hidden", "model.layers", "user.training.sequenceTokens"],
  };
  const left: Figure[] =
    share === undefined
      ? []
      : [
          {
            id: `${of}.speedShare`,
            label: "share of the speed left beside what FLOPs say",
            unit: "factor",
            ...share.range,
            inputs: [],
            source: { kind: "measured", ref: `${share.basis}: docs/concepts/training-model.md, sections 2.2 and 2.4` },
          },
        ];
  const formula = `speed.modelTflops / flops.perToken${left.map((figure) => ` × ${figure.id}`).join("")}`;
  const inputs = [reached.id, flops.id, ...left.map((figure) => figure.id)];
  return [reached, flops, ...left, computedFigure(speed, { ...about, formula, inputs })];
}
