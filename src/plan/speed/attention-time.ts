import { contextAttentionSec } from "../../catalog/kernel-times.ts";
import { peakTflops } from "../../catalog/peak-tflops.ts";
import type { Gpu } from "../../domain/gpu.ts";
import { layerKinds } from "../layout/model-parts.ts";
import { meanPairs } from "./flops.ts";
import { streamBytesPerSec } from "./memory-rate.ts";
import type { MicroStep } from "./step-run.ts";

/**
 * Speed of a library's attention kernel relative to the fastest published kernel on the same chip. FlashAttention 2 was
 * written for Ampere; version 1 reaches about two thirds of its speed at the 2k to 4k tokens for which it was used.
 * @source FlashAttention-2 (arXiv:2307.08691): table 1 trains GPT 1.3B on A100 at 189 and 196 TFLOP/s with versions 1
 *   and 2 at 2k tokens, and at 170 and 220 at 8k. Version 1 therefore runs at 0.7 and 0.5 of version 2; 0.65 is used.
 *   FlashAttention-3 (arXiv:2407.08608, abstract): 1.5 to 2 times version 2 on H100. The Blackwell values are an
 *   assumption: Hopper's loss, once more. Before Ampere there is no version 2 (its README): torch uses CUTLASS's
 *   memory-efficient kernel, at about version 1's speed
 */
const KERNEL_SPEED = {
  flash1: { volta: 0.65, ampere: 0.65, hopper: 0.4, blackwell: 0.2 },
  flash2: { volta: 0.65, ampere: 1, hopper: 0.55, blackwell: 0.3 },
  vendor: { volta: 0.65, ampere: 1, hopper: 1, blackwell: 1 },
} as const;

/**
 * Time of the backward relative to the forward: five products instead of two, at 0.85 of the forward's rate (in the
 * same paper, §4, they reach 63 and 73 % of an A100's).
 */
const BACKWARD_TIMES = 2.5 / 0.85;

/**
 * Matrix rate, TFLOP/s, up to which kernels do not limit a chip: the part of an H100's 989 that version 2 reaches. The
 * H20 has a sixth of that rate, with the rest of the chip unchanged.
 * @source FlashAttention-3 (arXiv:2407.08608), abstract: version 2 uses 35 % of an H100
 */
const HELD_BACK_TFLOPS = 346;

/**
 * Chip generation for attention kernels: only data-centre chips since Hopper have special instructions. AMD's and
 * Intel's chips since then, to which the best kernels of similar NVIDIA chips are scaled, run version 2 as Hopper does.
 */
function kernelGeneration({ vendor, generation, bf16Tflops }: Gpu): keyof (typeof KERNEL_SPEED)["flash1"] {
  if (vendor !== "NVIDIA") return (bf16Tflops ?? 0) > HELD_BACK_TFLOPS * 2 ? "hopper" : "ampere";
  if (generation === "volta" || generation === "turing") return "volta";
  if (generation !== "hopper" && generation !== "blackwell") return "ampere";
  return (bf16Tflops ?? 0) > HELD_BACK_TFLOPS ? generation : "ampere";
}

/** Seconds of attention of one micro-step on one GPU: forward, recomputation and backward. */
export function attentionSec(step: MicroStep): number {
  const { shape, layout, passes } = step;
  const layers = layerKinds(shape).attention / layout.pipeline;
  const repeats = passes.recompute === "none" ? 0 : 1;
  const once = passes.models * (1 + repeats + BACKWARD_TIMES) + passes.extraForward;
  return layers * (once * forwardSec(step) + (1 + repeats + 2) * scoresSec(step));
}

/**
 * Head width whose published kernels are used for all widths, at equal FLOPs. Inference engines hardly tuned the
 * others, while training kernels are about as fast on them (FlashAttention-2, figure 4: 64 compared with 128).
 */
const USUAL_HEAD = 128;

/**
 * Forward time of one layer over the micro-step; local layers see only their window. Latent attention is treated as
 * heads of its mean width (160 for DeepSeek). This is within 30 % of the timed kernels that write out keys and values,
 * as training does (A100 and data-centre Blackwell; the others multiply with the compressed cache).
 */
function forwardSec({ shape, layout, gpu, traits, format }: MicroStep): number {
  const headDim = shape.latent
    ? (shape.latent.qkNopeHeadDim + shape.latent.qkRopeHeadDim + shape.latent.vHeadDim) / 2
    : shape.headDim;
  const tokens = Math.max(1, layout.rowTokens);
  const wide = headDim / USUAL_HEAD / layout.tensor;
  const measured = contextAttentionSec({
    gpu,
    precision: "bf16",
    batch: (layout.microTokens * layout.context) / tokens,
    tokens,
    heads: wide * shape.heads,
    kvHeads: wide * (shape.latent ? shape.heads : shape.kvHeads),
    headDim: USUAL_HEAD,
  });
  const share = (2 * meanPairs(shape, tokens)) / tokens;
  // No fast kernel computes in fp32: attention slows down by the same factor as other products.
  const slower = format === "fp32" ? (peakTflops(gpu, "bf16") ?? 1) / (peakTflops(gpu, "fp32") ?? 1) : 1;
  const sec = measured?.sec ?? Number.POSITIVE_INFINITY;
  return (sec * share * slower) / layout.context / KERNEL_SPEED[traits.attention][kernelGeneration(gpu)];
}

/** Bytes that eager attention moves per score: product, mask, fp32 softmax, cast, dropout. */
const SCORE_BYTES = 24;

function scoresSec({ spec, shape, layout, gpu }: MicroStep): number {
  if (spec.attention !== "eager") return 0;
  return (SCORE_BYTES * layout.microTokens * layout.rowTokens * (shape.heads / layout.tensor)) / streamBytesPerSec(gpu);
}
