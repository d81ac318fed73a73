import { formatNumber } from "../../base/units.ts";
import { peakTflops } from "../../catalog/peak-tflops.ts";
import type { Quantity, Refusal } from "../../domain/estimate.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { calibratedRun } from "../calibration/calibrated-run.ts";
import { lookUp } from "../calibration/look-up.ts";
import { PUBLISHED } from "../calibration/published.ts";
import type { Range } from "../uncertainty/lognormal.ts";
import type { TrainRun } from "../memory/memory.ts";
import { hardwareFlopsPerToken, modelFlopsPerToken } from "./flops.ts";
import { matmulFormat } from "./matmul-time.ts";
import { SPEED_LADDER, speedFacets } from "./speed-facets.ts";
import { timedAs } from "./stack-traits.ts";
import { stepLayout } from "./step-layout.ts";
import type { StepRun } from "./step-run.ts";
import { stepTime, type StepTime } from "./step-time.ts";

/** A run whose speed is requested: the input of the memory estimate, and facts that affect only speed. */
export type SpeedRun = TrainRun & Pick<StepRun, "stack" | "speed">;

/** A speed in model TFLOP/s per GPU, with its basis. */
type Speed = Range & { basis: string; n: number; sources: string[] };

/** Components of a speed: model TFLOP/s, model FLOPs per token, and the parts of one optimizer step. */
export type SpeedParts = { tflops: Speed; flopsPerToken: number; step: StepTime };

/** Kinds of rows without a published speed: their steps are timed from their passes, and calibrated like others. */
const UNMEASURED_ROWS: Readonly<Partial<Record<"pair" | "answer" | "text" | "prompt", string>>> = {
  pair: ", none of them of preference pairs",
  answer: ", none of them of labelled answers",
};

/** Components of `trainThroughput`, or the reason why there are none. */
export function speedParts(run: SpeedRun): SpeedParts | Refusal {
  const physics = speedPhysics(run);
  if ("refused" in physics) return physics;
  const correction = lookUp(run.calibration ?? PUBLISHED, {
    quantity: "tokensPerSecPerGpu",
    facets: speedFacets(run),
    ladder: SPEED_LADDER,
    run: calibratedRun(run),
  });
  if ("refused" in correction) return correction;
  const flopsPerToken = modelFlopsPerToken(run.shape, run.spec);
  const scale = (physics.tokensPerSecPerGpu * flopsPerToken) / 1e12;
  const { basis, n, sources } = correction;
  const most = mostTflops(run, flopsPerToken);
  const within = (factor: number): number => Math.min(factor * scale, most.model);
  const isBound = correction.p90 * scale > most.model;
  return {
    tflops: {
      p10: within(correction.p10),
      p50: within(correction.p50),
      p90: within(correction.p90),
      basis: `${physics.basis} ${basis}${UNMEASURED_ROWS[OBJECTIVES[run.spec.objective].row] ?? ""}${timedAs(run.stack ?? run.spec.stack)}${isBound ? `; no faster than all executed FLOPs at ${formatNumber(most.executed)} TFLOP/s, the best that matrix products of ${run.gpu.id} reach` : ""}`,
      n,
      sources,
    },
    flopsPerToken,
    step: physics.step,
  };
}

/**
 * Maximum TFLOP/s of a run: executed ones at the best rate of the GPU's matrix products, and the model's share of them.
 * Recomputation and adapters are executed but do not count as the model's, so its share is smaller. A correction from a
 * few measurements must not exceed the capability of the chip. A run in fp32 may compute in the two-byte units (TF32),
 * and an fp8 run has products in bf16, so the faster of both formats is the bound.
 */
function mostTflops(run: SpeedRun, flopsPerToken: number): { executed: number; model: number } {
  const { shape, spec, gpu } = run;
  const formats = ["bf16", matmulFormat(spec.precision)] as const;
  const executed = Math.max(...formats.map((format) => peakTflops(gpu, format) ?? 0));
  const { rowTokens } = stepLayout(spec, run.stack ?? spec.stack, run.speed);
  const perToken = hardwareFlopsPerToken(shape, { ...spec, sequenceTokens: Math.min(rowTokens, spec.sequenceTokens) });
  return { executed, model: (executed * flopsPerToken) / perToken };
}

/** Tokens per second per GPU by physics alone, before calibration. */
export function speedPhysics(run: SpeedRun): { tokensPerSecPerGpu: number; basis: string; step: StepTime } | Refusal {
  const { spec, gpu } = run;
  if (peakTflops(gpu, matmulFormat(spec.precision)) === null)
    return {
      refused: `no ${spec.precision} matrix rate of ${gpu.id} is known`,
      hint: "choose another precision or GPU",
    };
  const step = stepTime(run);
  return {
    tokensPerSecPerGpu: step.tokens / step.totalSec / spec.gpuCount,
    // Built on access: a fleet search estimates thousands of steps and explains only a few.
    get basis() {
      return stepBasis(step);
    },
    step,
  };
}

/** Number of parts of a step that the basis names, largest first. */
const NAMED_PARTS = 3;

function stepBasis(step: StepTime): string {
  const { tokens, totalSec, ...parts } = step;
  const largest = Object.entries(parts)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, NAMED_PARTS)
    .map(([name, sec]) => `${name.replace(/Sec$/, "")} ${((100 * sec) / totalSec).toFixed(0)} %`);
  return `${tokens.toFixed(0)} tokens in ${totalSec.toPrecision(3)} s of kernels (${largest.join(", ")})`;
}

/**
 * Trained tokens per second per GPU: the tokens of one optimizer step divided by the seconds of its work (`stepTime`),
 * times the share of that rate that measurements of similar runs reached.
 *
 * @accuracy leave-one-source-out figures: docs/concepts/training-model.md §3
 * @source training-model.md §2
 */
export function trainThroughput(run: SpeedRun): Quantity {
  const parts = speedParts(run);
  if ("refused" in parts) return parts;
  const { tflops, flopsPerToken } = parts;
  const scale = 1e12 / flopsPerToken;
  return {
    p10: tflops.p10 * scale,
    p50: tflops.p50 * scale,
    p90: tflops.p90 * scale,
    unit: "tokens/s/GPU",
    basis: tflops.basis,
    n: tflops.n,
    sources: [...tflops.sources, "training-model.md §2.2"],
  };
}
