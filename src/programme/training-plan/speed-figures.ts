import type { Figure } from "../../domain/figure.ts";
import { flopsFormula } from "../../plan/speed/flops.ts";
import { speedParts, type SpeedRun, trainThroughput } from "../../plan/speed/throughput.ts";
import { computedFigure, leafFigure } from "./training-figures.ts";

/**
 * Chain of the tokens per second of a run: the model TFLOP/s of its step, with the measurements that correct it, and
 * the FLOPs of a token.
 *
 * @param scope prefix of the ids of the run's own figures: `run`, or `run.reward` for the pass after it
 */
export function speedFigures(run: SpeedRun, scope: "run" | "run.reward"): Figure[] {
  const id = `${scope}.tokensPerSecPerGpu`;
  const label = "trained tokens per second of one GPU";
  const parts = speedParts(run);
  const speed = trainThroughput(run);
  const about = { id, label, unit: "tokens/s/GPU" };
  if ("refused" in parts) return [computedFigure(speed, { ...about, formula: "not estimated", inputs: [] })];
  const { tflops, flopsPerToken } = parts;
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
  const formula = "speed.modelTflops / flops.perToken";
  return [reached, flops, computedFigure(speed, { ...about, formula, inputs: [reached.id, flops.id] })];
}
