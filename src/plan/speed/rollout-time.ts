import { generationAttentionSec } from "../../catalog/kernel-times.ts";
import { peakTflops } from "../../catalog/peak-tflops.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { activeMlpWidth, layerKinds } from "../layout/model-parts.ts";
import { streamBytesPerSec } from "./memory-rate.ts";
import type { Step } from "./step-run.ts";

// Time that an engine takes in addition to its kernels; the values are our assumptions. The residuals of measured whole
// steps of reinforcement learning contain their error (training-model.md §3), and a stated rate of the engine replaces
// all of them.

/** Share of a GPU that an inference engine's weights may fill; caches need the rest. */
const WEIGHT_SHARE = 0.6;

/** Share of the streaming bandwidth at which decoding kernels read weights, in many small products. */
const DECODE_SHARE = 0.75;

/** Share of the best product's rate that the products of a decode step, a few hundred rows high, reach. */
const PRODUCT_SHARE = 0.6;

/**
 * Seconds of scheduling, sampling and kernel launches in one decode step of a large batch, and of routing in one layer
 * of experts.
 */
const STEP_SEC = 5e-3;
const ROUTING_SEC = 40e-6;

/**
 * Spread of answer lengths relative to their mean, for log-normal lengths; an engine runs until its longest answer
 * ends.
 */
const LENGTH_SPREAD = 0.6;

/**
 * Latency of one layer's sum over the GPUs of an engine, for a small tensor: inside a link domain (measured: 8 to 20
 * us), and across domains.
 */
const REDUCTION_SEC = { inside: 15e-6, across: 60e-6 } as const;

/**
 * Seconds to sample the answers of one optimizer step on the same GPUs. Decoding reads the weights once for each token
 * of the longest answer, which in a large batch often reaches the cap; caches and products count each token once.
 *
 * @source decoding is limited by reads of weights and caches (Pope et al. 2022, arXiv:2211.05102, §2); shares of whole
 *   steps in training-model.md §2.4
 * @accuracy a lower bound: weight refits, scheduling and uneven engines are part of the residuals
 */
export function rolloutSec(step: Step): number {
  const { shape, spec, gpu, layout } = step;
  if (OBJECTIVES[spec.objective].row !== "prompt" || spec.rolloutEngine === "server") return 0;
  const group = engineGpus(step);
  const perEngine = (layout.stepTokens / layout.rowTokens / spec.gpuCount) * group;
  const reduction = group > gpu.linkGpus ? REDUCTION_SEC.across : REDUCTION_SEC.inside;
  const weights = (2 * touchedParams(step, perEngine)) / group / (DECODE_SHARE * streamBytesPerSec(gpu));
  const routing = shape.experts ? shape.layers * ROUTING_SEC : 0;
  const stepSec = weights + STEP_SEC + routing + (group > 1 ? 2 * shape.layers * reduction : 0);
  const cache = generationAttentionSec({
    gpu,
    precision: "bf16",
    batch: Math.max(1, perEngine),
    tokens: Math.max(16, layout.rowTokens / 2),
    heads: Math.max(1, shape.heads / group),
    kvHeads: Math.max(1, (shape.latent ? 1 : shape.kvHeads) / group),
    headDim: shape.headDim,
  });
  const products =
    (2 * shape.activeParamCount * perEngine) / group / (PRODUCT_SHARE * (peakTflops(gpu, "bf16") ?? 1) * 1e12);
  const attention = layerKinds(shape).attention * (cache?.sec ?? 0);
  const longest = Math.min(
    spec.sequenceTokens,
    layout.rowTokens * (1 + LENGTH_SPREAD * Math.sqrt(2 * Math.log(perEngine + 1))),
  );
  return longest * stepSec + layout.rowTokens * (attention + products);
}

/** Number of GPUs that hold one copy of the weights. */
function engineGpus({ shape, gpu, spec }: Step): number {
  const needed = (2 * shape.paramCount) / (WEIGHT_SHARE * gpu.memoryGib * 2 ** 30);
  return Math.min(spec.gpuCount, 2 ** Math.max(0, Math.ceil(Math.log2(needed))));
}

/**
 * Parameters that a decode step reads: in a mixture of experts, those of the experts that any sequence of the batch
 * uses.
 */
function touchedParams({ shape }: Step, batch: number): number {
  const { experts } = shape;
  if (!experts) return shape.paramCount;
  const touched = 1 - (1 - experts.active / experts.total) ** batch;
  const active = activeMlpWidth(shape) > 0 ? shape.activeParamCount : 0;
  return active + (shape.paramCount - active) * touched;
}
