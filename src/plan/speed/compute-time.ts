import { adaptedLinears, hasGate } from "../model-parts.ts";
import { layerLinears, type Linear } from "./layer-linears.ts";
import { matmulSec, peakTflops } from "./matmul-time.ts";
import type { Step } from "./step-run.ts";

/** Seconds of the matrix products of one micro-step on one GPU: layers of its stage, and its share of the head. */
export function matmulsSec(step: Step): number {
  const { shape, layout } = step;
  const layers = shape.layers / layout.pipeline;
  const linears = layerLinears(shape).reduce((sum, linear) => sum + linearSec(step, linear), 0);
  return layers * (linears * activeShare(step) + adaptersSec(step)) + headSec(step) / layout.pipeline;
}

/** Active parameters of the layers over those of an attention layer's matrices: what hybrid layers differ by. */
function activeShare({ shape }: Step): number {
  if (shape.linearLayers === 0) return 1;
  const ours = layerLinears(shape).reduce(
    (sum, { inWidth, outWidth, count, experts }) =>
      sum + inWidth * outWidth * count * (experts ? shape.experts!.active : 1),
    0,
  );
  const embeddings = shape.vocab * shape.hidden * (shape.tiedEmbeddings ? 1 : 2);
  return Math.max(0.3, (shape.activeParamCount - embeddings) / (ours * shape.layers));
}

/** Products of one matrix: forward, what is recomputed, gradient of the input, gradient of the weight. */
function linearSec(step: Step, linear: Linear): number {
  const { layout, gpu, format, trainsBase, passes, shape } = step;
  const tensor = linear.experts ? 1 : layout.tensor;
  const [k, n] = [
    linear.split === "in" ? linear.inWidth / tensor : linear.inWidth,
    linear.split === "out" ? linear.outWidth / tensor : linear.outWidth,
  ];
  let m = layout.microTokens;
  let times = linear.count;
  if (linear.experts) {
    const { total, active } = shape.experts!;
    // Each GPU holds total / ep experts and sees the tokens of its whole expert group.
    const held = Math.max(1, total / layout.expert);
    m = (layout.microTokens * active * layout.expert) / layout.tensor / total;
    m = Math.max(m, 1);
    times *= held;
  }
  const forward = matmulSec(gpu, { m, n, k, format });
  const input = matmulSec(gpu, { m, n: k, k: n, format });
  const weight = trainsBase ? matmulSec(gpu, { m: n, n: k, k: m, format }) : 0;
  const last = linear.name === "down" || linear.name === "expert-down";
  const repeats = passes.recompute === "full" ? (last ? 0 : 1) : passes.recompute === "half" ? 0.5 : 0;
  return times * (passes.models * (forward * (1 + repeats) + input + weight) + passes.extraForward * forward);
}

/** Passes over an adapted weight that DoRA's column norm of W + BA takes: the sum is made, squared, summed and scaled. */
const DORA_BYTES = 14;

/** Seconds of DoRA's norms of one micro-step: W + BA is made anew in each forward (arXiv:2402.09353, eq. 5). */
export function doraSec({ shape, spec, layout, gpu, passes }: Step): number {
  if (spec.method !== "dora") return 0;
  const weights = adaptedLinears(shape, spec.loraTargets).reduce(
    (sum, { inWidth, outWidth }) => sum + inWidth * outWidth,
    0,
  );
  const times = passes.recompute === "full" ? 2 : 1;
  const bytes = (weights * DORA_BYTES * times * shape.layers) / layout.tensor / layout.pipeline;
  return bytes / (0.8 * gpu.bandwidthTbPerSec * 1e12);
}

/** Products of the adapters of one layer. */
function adaptersSec(step: Step): number {
  const { shape, spec, layout, gpu, trainsBase, passes } = step;
  if (trainsBase) return 0;
  const m = layout.microTokens;
  const r = spec.loraRank;
  const times = 3 + (passes.recompute === "full" ? 1 : 0);
  return adaptedLinears(shape, spec.loraTargets).reduce(
    (sum, { inWidth, outWidth }) =>
      sum +
      times *
        (matmulSec(gpu, { m, n: r, k: inWidth, format: "bf16" }) +
          matmulSec(gpu, { m, n: outWidth, k: r, format: "bf16" })),
    0,
  );
}

/** Output matrix: never recomputed, in bf16; its weight is trained with the base. */
function headSec({ shape, spec, layout, gpu, trainsBase, passes, format }: Step): number {
  if (spec.objective === "reward") return 0;
  const [m, n, k] = [layout.microTokens, shape.vocab / layout.tensor, shape.hidden];
  const kind = format === "fp32" ? "fp32" : "bf16";
  const forward = matmulSec(gpu, { m, n, k, format: kind });
  const backward =
    matmulSec(gpu, { m, n: k, k: n, format: kind }) +
    (trainsBase ? matmulSec(gpu, { m: n, n: k, k: m, format: kind }) : 0);
  return forward * (1 + passes.extraForward) + backward;
}

/**
 * Share of the best measured matrix rate that attention kernels reach over forward and backward on long sequences.
 * @source FlashAttention-2 (arXiv:2307.08691, figures 4-7): 110-120 TFLOP/s for version 1 and 180-190 for version 2 on
 *   A100, 300-335 on H100; FlashAttention-3 (arXiv:2407.08608): 500-600 forward and backward on H100
 */
const ATTENTION_SHARE = {
  flash1: { ampere: 0.43, hopper: 0.3, blackwell: 0.2 },
  flash2: { ampere: 0.66, hopper: 0.38, blackwell: 0.22 },
  vendor: { ampere: 0.66, hopper: 0.65, blackwell: 0.6 },
} as const;

/** Chip generation as attention kernels know it; AMD's and Intel's kernels do about as well as Hopper's own. */
function generation({ id, vendor }: Step["gpu"]): keyof (typeof ATTENTION_SHARE)["flash1"] {
  if (/^G?[BR]\d00/.test(id)) return "blackwell";
  return vendor !== "NVIDIA" || /^G?H\d+/.test(id) ? "hopper" : "ampere";
}

/** FLOPs of the backward over the forward: five products for two. */
const BACKWARD_TIMES = 2.5;

/** Seconds of attention of one micro-step on one GPU. */
export function attentionSec(step: Step): number {
  const { shape, layout, gpu, passes } = step;
  const layers = (shape.layers - shape.linearLayers) / layout.pipeline;
  const headDim = shape.latent
    ? (shape.latent.qkNopeHeadDim + shape.latent.qkRopeHeadDim + shape.latent.vHeadDim) / 2
    : shape.headDim;
  const width = (shape.heads * headDim) / layout.tensor;
  // Causal: half of the pairs. Local layers see their window alone.
  const flops = 4 * layout.microTokens * width * meanPairs(shape, layout.rowTokens);
  const peak = (peakTflops(gpu, step.format === "fp32" ? "fp32" : "bf16") ?? 0) * 1e12;
  const share = ATTENTION_SHARE[step.traits.attention][generation(gpu)];
  // Short rows leave most of a tile empty and half of the causal tiles masked.
  const filled = layout.rowTokens / (layout.rowTokens + 512);
  const forward = flops / (share * filled * peak);
  const repeats = passes.recompute === "none" ? 0 : 1;
  const once = passes.models * (1 + repeats + BACKWARD_TIMES) + passes.extraForward;
  return layers * once * forward + layers * scoresSec(step) * (1 + repeats + 2);
}

/** Mean keys that a query sees, over the layers. */
export function meanPairs(shape: Step["shape"], sequence: number): number {
  const all = sequence / 2;
  if (shape.slidingWindow === null || shape.slidingWindow >= sequence) return all;
  const w = shape.slidingWindow;
  const local = w - (w * w) / (2 * sequence);
  const [locals, globals] = (shape.slidingPattern ?? "1:0").split(":").map(Number) as [number, number];
  const share = locals / Math.max(1, locals + globals);
  return share * local + (1 - share) * all;
}

/** Scores that eager attention writes and reads: product, mask, softmax in fp32, cast, dropout. */
function scoresSec({ spec, shape, layout, gpu }: Step): number {
  if (spec.attention !== "eager") return 0;
  const bytes = 24 * layout.microTokens * layout.rowTokens * (shape.heads / layout.tensor);
  return bytes / (0.8 * gpu.bandwidthTbPerSec * 1e12);
}

/**
 * Bytes that elementwise work of one layer moves per token in the forward.
 *
 * Eager modelling code: each RMSNorm makes an fp32 copy and six passes (32 B per element), rotary slices, negates,
 * concatenates, multiplies and adds (20 B), two residual additions (6 B), SiLU and product (10 B). Fused: one read and
 * one write each.
 */
function elementwiseBytes(step: Step): number {
  const { shape, traits, format } = step;
  const h = shape.hidden;
  const qk = (shape.heads + shape.kvHeads) * shape.headDim;
  const { experts } = shape;
  const f = experts ? experts.active * experts.mlp + experts.sharedMlp : shape.mlp;
  const gated = hasGate(shape);
  const activation = (traits.elementwise === "fused" ? 6 : 10) * f * (gated ? 1 : 0.5);
  const dispatch = experts ? experts.active * h * (traits.elementwise === "fused" ? 8 : 16) : 0;
  // LayerNorm has one kernel in torch; models with a plain MLP are of the time before rotary positions.
  const norms = traits.elementwise === "fused" ? 10 * h : gated ? 64 * h : 16 * h;
  const rotary = traits.elementwise === "fused" ? 4 * qk : gated ? 20 * qk : 0;
  return (
    norms + 12 * h + rotary + activation + dispatch + adapterBytes(step) + (isScaled(format) ? castBytes(step) : 0)
  );
}

function isScaled(format: Step["format"]): boolean {
  return format === "fp8" || format === "nvfp4";
}

/** Inputs of the products are read in bf16 and written in fewer bits, once as they are and once transposed. */
function castBytes({ shape, format }: Step): number {
  const bytes = format === "fp8" ? 4 : 5;
  return layerLinears(shape).reduce(
    (sum, { inWidth, count, experts }) => sum + bytes * inWidth * count * (experts ? shape.experts!.active : 1),
    0,
  );
}

/** Eager adapters: cast of the input and dropout under PEFT, scaling and addition of the output. */
function adapterBytes({ shape, spec, traits, trainsBase }: Step): number {
  if (trainsBase) return 0;
  const [input, output] = traits.elementwise === "fused" ? [6, 6] : [12, 10];
  return adaptedLinears(shape, spec.loraTargets).reduce(
    (sum, { inWidth, outWidth }) => sum + input * inWidth + output * outWidth,
    0,
  );
}

/** Seconds of norms, rotary, activation, residual and adapters' elementwise work of one micro-step. */
export function elementwiseSec(step: Step): number {
  const { shape, layout, gpu, passes } = step;
  const repeats = passes.recompute === "full" ? 1 : passes.recompute === "half" ? 0.7 : 0;
  const times = passes.models * (1 + repeats + 2) + passes.extraForward;
  const bytes = (elementwiseBytes(step) * layout.microTokens * shape.layers * times) / layout.tensor / layout.pipeline;
  return bytes / (0.8 * gpu.bandwidthTbPerSec * 1e12);
}

/** Bytes per logit that the loss moves, forward and backward. */
const LOSS_BYTES = { unfused: 44, fused: 16, chunked: 16 } as const;

/** Seconds of the loss over the logits of one micro-step. */
export function lossSec({ shape, spec, layout, gpu, stack, passes }: Step): number {
  if (spec.objective === "reward") return 0;
  const path = stack === "nemo" && spec.lossPath === "unfused" ? "fused" : spec.lossPath;
  const perLogit = LOSS_BYTES[path] + 12 * passes.extraForward;
  const bytes = (perLogit * layout.microTokens * shape.vocab) / layout.tensor / layout.pipeline;
  return bytes / (0.8 * gpu.bandwidthTbPerSec * 1e12);
}

/** Seconds of making bf16 weights of a quantised base again, in each pass over it. */
export function dequantSec({ shape, spec, layout, gpu, passes }: Step): number {
  if (spec.method !== "qlora") return 0;
  const params = layerLinears(shape).reduce(
    (sum, { inWidth, outWidth, count, experts }) =>
      sum + inWidth * outWidth * count * (experts ? shape.experts!.total : 1),
    0,
  );
  const times = 2 + (passes.recompute === "full" ? 1 : 0) + passes.extraForward;
  const bytes = (params * shape.layers * 2.5 * times) / layout.tensor / layout.pipeline;
  return bytes / (0.5 * gpu.bandwidthTbPerSec * 1e12);
}
